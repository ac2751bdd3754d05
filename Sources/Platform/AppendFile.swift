import Glibc

/// A file that whole lines are appended to, each batch with one write(2).
package final class AppendFile: Sendable {
  private let descriptor: Int32

  /// Makes the file, readable by its owner alone.
  ///
  /// - Throws: if it cannot be written, or holds something already, which is never overwritten.
  package init(path: String) throws(SystemError) {
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("open \(path)", code: errno) }
    guard size == 0 else {
      close(descriptor)
      throw SystemError("write to \(path)", code: EEXIST)
    }
  }

  /// Standard output, whatever it is: a pipe or a socket could not be opened again by its name.
  package init() throws(SystemError) {
    descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { throw SystemError("write to stdout", code: errno) }
  }

  deinit { close(descriptor) }

  /// - Throws: if not all of it was written; what was is taken back, so that lines stay whole.
  package func append(_ bytes: [UInt8]) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // A pipe that somebody else has told not to block.
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&watched, 1, -1)
      } else if errno != EINTR {
        let failure = SystemError("write", code: errno)
        // Nobody else writes here, so that what this call wrote is the end. A pipe keeps the half
        // line; its reader finds that nothing follows.
        let written = bytes.count - rest.count
        if written > 0 { _ = ftruncate(descriptor, off_t(size - written)) }
        throw failure
      }
    }
  }

  private var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }
}
