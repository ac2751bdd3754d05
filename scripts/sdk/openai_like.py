"""OpenAI's SDK, and those that are made after it, as functions from an address to what they read."""

import json

from common import KEY, MESSAGES, MODEL, Failure, fresh, number, usage


# --- Chat Completions: OpenAI's SDK, Azure's face of it, and Groq's -----------------------------


def chat_usage(counts):
    return usage(
        counts.prompt_tokens,
        counts.completion_tokens,
        number(counts, "prompt_tokens_details", "cached_tokens"),
        number(counts, "completion_tokens_details", "reasoning_tokens"),
    )


def chat_stream(client, with_usage=True):
    choices, used = {}, None
    try:
        asked = {"stream_options": {"include_usage": True}} if with_usage else {}
        with client.chat.completions.create(
            model=MODEL, messages=MESSAGES, stream=True, **asked
        ) as stream:
            for chunk in stream:
                used = chunk.usage or used
                for choice in chunk.choices:
                    into = choices.setdefault(choice.index, fresh())
                    delta = choice.delta
                    into["text"] += delta.content or ""
                    thought = getattr(delta, "reasoning_content", None)
                    into["reasoning"] += thought or getattr(delta, "reasoning", None) or ""
                    into["refusal"] += getattr(delta, "refusal", None) or ""
                    for call in delta.tool_calls or []:
                        while len(into["calls"]) <= call.index:
                            into["calls"].append(["", ""])
                        into["calls"][call.index][0] += call.function.name or ""
                        into["calls"][call.index][1] += call.function.arguments or ""
                    into["finish"] = choice.finish_reason or into["finish"]
    except Exception as error:
        raise Failure(error, choices.get(0, fresh())) from error
    return chat_result(choices, used and chat_usage(used))


def chat_result(choices, used):
    for choice in choices.values():
        choice["calls"] = [(name, json.loads(text)) for name, text in choice["calls"]]
        choice["usage"] = used
    read = choices.get(0, fresh())
    read["choices"] = [choices[index] for index in sorted(choices)]
    return read


def chat_whole(client):
    try:
        answer = client.chat.completions.create(model=MODEL, messages=MESSAGES)
    except Exception as error:
        raise Failure(error) from error
    choices = {}
    for choice in answer.choices:
        message, into = choice.message, choices.setdefault(choice.index, fresh())
        into["text"] = message.content or ""
        thought = getattr(message, "reasoning_content", None)
        into["reasoning"] = thought or getattr(message, "reasoning", None) or ""
        into["refusal"] = getattr(message, "refusal", None) or ""
        into["calls"] = [
            [call.function.name, call.function.arguments] for call in message.tool_calls or []
        ]
        into["finish"] = choice.finish_reason
    return chat_result(choices, chat_usage(answer.usage))


def openai_at(base):
    import openai

    return openai.OpenAI(base_url=base, api_key=KEY, max_retries=0, timeout=10)


def chat(path, with_usage=True):
    """OpenAI's SDK at the path where a dialect of this family is served."""
    return (
        lambda address: chat_stream(openai_at(address + path), with_usage),
        lambda address: chat_whole(openai_at(address + path)),
        lambda address: [model.id for model in openai_at(address + path).models.list()],
    )


def accumulated(address):
    """What the SDK's own accumulator makes of the stream."""
    try:
        with openai_at(address + "/v1").chat.completions.stream(
            model=MODEL, messages=MESSAGES, stream_options={"include_usage": True}
        ) as stream:
            for _ in stream:
                pass
            answer = stream.get_final_completion()
    except Exception as error:
        raise Failure(error) from error
    choice, read = answer.choices[0], fresh()
    read["text"] = choice.message.content or ""
    read["refusal"] = choice.message.refusal or ""
    read["reasoning"] = getattr(choice.message, "reasoning_content", None) or ""
    read["calls"] = [
        (c.function.name, json.loads(c.function.arguments)) for c in choice.message.tool_calls or []
    ]
    read["finish"], read["usage"] = choice.finish_reason, chat_usage(answer.usage)
    return read


def azure_at(address):
    import openai

    return openai.AzureOpenAI(
        azure_endpoint=address, api_key=KEY, api_version="2024-10-21", max_retries=0, timeout=10
    )


def groq_at(address):
    import groq

    return groq.Groq(base_url=address, api_key=KEY, max_retries=0, timeout=10)


# --- OpenAI Responses -----------------------------------------------------------------------------


def responses_stream(address):
    read, last = fresh(), None
    try:
        with openai_at(address + "/v1").responses.create(
            model=MODEL, input=MESSAGES, stream=True
        ) as stream:
            for event in stream:
                if event.type == "response.output_text.delta":
                    read["text"] += event.delta
                elif event.type == "response.refusal.delta":
                    read["refusal"] += event.delta
                elif event.type == "response.reasoning_summary_text.delta":
                    read["reasoning"] += event.delta
                elif event.type in ("response.completed", "response.incomplete"):
                    last = event.response
    except Exception as error:
        raise Failure(error, read) from error
    whole = responses_result(last)
    for part in ("text", "refusal", "reasoning"):
        assert read[part] == whole[part], f"deltas say {read[part]!r}, the end says {whole[part]!r}"
    return whole


def responses_result(response):
    read = fresh()
    for item in response.output:
        if item.type == "reasoning":
            read["reasoning"] += "".join(part.text for part in item.summary)
        elif item.type == "function_call":
            read["calls"].append((item.name, json.loads(item.arguments)))
        elif item.type == "message":
            for part in item.content:
                read["text"] += getattr(part, "text", "") or ""
                read["refusal"] += getattr(part, "refusal", "") or ""
    reasons = {"max_output_tokens": "length", "content_filter": "content_filter"}
    if response.incomplete_details:
        read["finish"] = reasons[response.incomplete_details.reason]
    else:
        read["finish"] = "tool_calls" if read["calls"] else "stop"
    counts = response.usage
    read["usage"] = usage(
        counts.input_tokens, counts.output_tokens, counts.input_tokens_details.cached_tokens,
        counts.output_tokens_details.reasoning_tokens,
    )
    return read


def responses_accumulated(address):
    try:
        with openai_at(address + "/v1").responses.stream(model=MODEL, input=MESSAGES) as stream:
            for _ in stream:
                pass
            return responses_result(stream.get_final_response())
    except Exception as error:
        raise Failure(error) from error


def responses_whole(address):
    try:
        answer = openai_at(address + "/v1").responses.create(model=MODEL, input=MESSAGES)
    except Exception as error:
        raise Failure(error) from error
    return responses_result(answer)


# --- Anthropic Messages ---------------------------------------------------------------------------


def anthropic_at(address):
    import anthropic

    return anthropic.Anthropic(base_url=address, api_key=KEY, max_retries=0, timeout=10)


def messages_stream(address):
    read = fresh()
    try:
        with anthropic_at(address).messages.stream(
            model=MODEL, max_tokens=99, messages=MESSAGES
        ) as stream:
            for event in stream:
                if event.type == "content_block_delta" and event.delta.type == "text_delta":
                    read["text"] += event.delta.text
            return messages_result(stream.get_final_message())
    except Exception as error:
        raise Failure(error, read) from error


def messages_whole(address):
    try:
        message = anthropic_at(address).messages.create(
            model=MODEL, max_tokens=99, messages=MESSAGES
        )
    except Exception as error:
        raise Failure(error) from error
    return messages_result(message)


def messages_result(message):
    read = fresh()
    for block in message.content:
        if block.type == "text":
            read["text"] += block.text
        elif block.type == "thinking":
            assert block.signature, "thinking without its signature"
            read["reasoning"] += block.thinking
        elif block.type == "tool_use":
            read["calls"].append((block.name, block.input))
    reasons = {
        "end_turn": "stop", "max_tokens": "length", "tool_use": "tool_calls",
        "refusal": "content_filter", "stop_sequence": "stop",
    }
    read["finish"] = reasons[message.stop_reason]
    read["sequence"] = message.stop_sequence
    counts = message.usage
    read["usage"] = usage(
        counts.input_tokens + counts.cache_read_input_tokens, counts.output_tokens,
        counts.cache_read_input_tokens, number(counts, "output_tokens_details", "thinking_tokens"),
    )
    return read
