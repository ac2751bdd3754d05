(width, scheme) => { // Evaluated inside the page by scripts/browser-test; returns the defects as lines.
  const bad = [];
  const root = document.documentElement;
  document.querySelectorAll('details').forEach((box) => { box.open = true; });

  if (!document.title.trim()) bad.push('no title');
  if (!root.lang) bad.push('no lang attribute');
  let level = 0;
  document.querySelectorAll('h1,h2,h3,h4').forEach((heading) => {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) bad.push(`heading out of order: ${heading.textContent}`);
    level = own;
  });
  if (document.querySelectorAll('h1').length !== 1) bad.push('not exactly one h1');
  const ids = new Set();
  document.querySelectorAll('[id]').forEach((element) => {
    if (ids.has(element.id)) bad.push(`id used twice: ${element.id}`);
    ids.add(element.id);
  });
  if (document.querySelector('script,iframe,img,object,embed,link')) {
    bad.push('an element that loads or runs something');
  }

  // Sideways scrolling of the page, and whatever is wider than it outside a box that scrolls.
  if (root.scrollWidth > width) bad.push(`the page is ${root.scrollWidth} px wide`);
  document.querySelectorAll('body *').forEach((element) => {
    const box = element.getBoundingClientRect();
    if (box.right > width + 1 && !element.closest('.scroll') && !element.closest('svg')) {
      bad.push(`<${element.localName} class="${element.className}"> reaches ${box.right} px`);
    }
  });

  // Charts: drawn, every mark inside, no label over another.
  const visible = (element) => getComputedStyle(element).display !== 'none';
  document.querySelectorAll('svg[data-chart]').forEach((chart) => {
    const name = chart.getAttribute('aria-labelledby') || chart.dataset.chart;
    const frame = chart.getBoundingClientRect();
    if (frame.width < 100 || frame.height < 40) {
      bad.push(`chart ${name} is ${frame.width} × ${frame.height} px`);
      return;
    }
    if (chart.getAttribute('role') !== 'img') bad.push(`chart ${name} has no role=img`);
    for (const part of ['title', 'desc']) {
      const text = chart.querySelector(`:scope > ${part}`);
      if (!text || !text.textContent.trim()) bad.push(`chart ${name} has no <${part}>`);
      else if (!name.split(' ').includes(text.id)) bad.push(`chart ${name}: <${part}> not named`);
    }
    const shapes = [...chart.querySelectorAll('path,line,rect,circle,text')].filter(visible);
    const drawn = shapes.filter((shape) => {
      if (!['path', 'line'].includes(shape.localName)) return false;
      const style = getComputedStyle(shape);
      return style.stroke !== 'none' && shape.getTotalLength() > 0;
    });
    if (drawn.length === 0) bad.push(`chart ${name} is empty`);
    chart.querySelectorAll('[data-mark]').forEach((mark) => {
      if (mark.getTotalLength() <= 0) bad.push(`chart ${name}: a mark is not drawn`);
      const style = getComputedStyle(mark);
      // A line has the colour of its stroke, a dot that of what fills it.
      const colour = mark.localName === 'circle' && style.stroke === 'none' ? style.fill : style.stroke;
      if (colour === 'none') bad.push(`chart ${name}: a mark has no colour`);
    });
    for (const shape of shapes) {
      const box = shape.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1
          || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
        bad.push(`chart ${name}: <${shape.localName}> ${shape.textContent} lies outside`
          + ` (${Math.round(box.left - frame.left)}…${Math.round(box.right - frame.left)} of`
          + ` ${Math.round(frame.width)})`);
      }
    }
    const labels = shapes.filter((shape) => shape.localName === 'text' && shape.textContent)
      .map((shape) => ({ text: shape.textContent, box: shape.getBoundingClientRect() }));
    labels.forEach((one, index) => labels.slice(index + 1).forEach((other) => {
      if (one.box.left < other.box.right - 1 && other.box.left < one.box.right - 1
          && one.box.top < other.box.bottom - 4 && other.box.top < one.box.bottom - 4) {
        bad.push(`chart ${name}: "${one.text}" covers "${other.text}"`);
      }
    }));
  });

  // Contrast (WCAG 2.2, 1.4.3) of every text against what is behind it.
  const rgba = (text) => {
    const numbers = (text.match(/[\d.]+/g) || []).map(Number);
    return { r: numbers[0], g: numbers[1], b: numbers[2], a: numbers.length > 3 ? numbers[3] : 1 };
  };
  const luminance = ({ r, g, b }) => {
    const part = (value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour.a > 0.99) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const paper = luminance(behind(document.body));
  if ((scheme === 'dark') !== (paper < 0.2)) bad.push(`the ${scheme} page has luminance ${paper}`);
  const poor = new Set();
  document.querySelectorAll('body *').forEach((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || ['title', 'desc'].includes(element.localName) || !visible(element)) return;
    const style = getComputedStyle(element);
    const front = rgba(element.closest('svg') ? style.fill : style.color);
    const [light, dark] = [luminance(front), luminance(behind(element))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) poor.add(`contrast ${ratio.toFixed(2)} of ${element.localName}`
      + ` "${element.textContent.trim().slice(0, 40)}"`);
  });
  bad.push(...poor);
  return bad;
}
