"""The SDKs with formats of their own, as functions from an address to what they read."""

import json

from common import KEY, MESSAGES, MODEL, PROMPT, Failure, fresh, number, usage


# --- Gemini ---------------------------------------------------------------------------------------


def gemini_at(address):
    from google import genai

    return genai.Client(
        api_key=KEY,
        http_options=genai.types.HttpOptions(
            base_url=address, retry_options=genai.types.HttpRetryOptions(attempts=1)
        ),
    )


def gemini_take(choices, response):
    for candidate in response.candidates or []:
        into = choices.setdefault(candidate.index or 0, fresh())
        for part in (candidate.content and candidate.content.parts) or []:
            if part.function_call:
                into["calls"].append((part.function_call.name, part.function_call.args or {}))
            elif part.text:
                into["reasoning" if part.thought else "text"] += part.text
        if candidate.finish_reason:
            into["finish"] = candidate.finish_reason.name
    return response.usage_metadata


def gemini_result(choices, counts):
    reasons = {"STOP": "stop", "MAX_TOKENS": "length", "SAFETY": "content_filter"}
    used = usage(
        counts.prompt_token_count,
        (counts.candidates_token_count or 0) + (counts.thoughts_token_count or 0),
        counts.cached_content_token_count, counts.thoughts_token_count,
    )
    for choice in choices.values():
        choice["finish"] = reasons[choice["finish"]]
        if choice["finish"] == "stop" and choice["calls"]:
            choice["finish"] = "tool_calls"
        choice["usage"] = used
    read = choices[0]
    read["choices"] = [choices[index] for index in sorted(choices)]
    return read


def gemini_stream(address):
    choices, used = {}, None
    try:
        client = gemini_at(address)
        for response in client.models.generate_content_stream(model=MODEL, contents=PROMPT):
            used = gemini_take(choices, response) or used
    except Exception as error:
        raise Failure(error, choices.get(0, fresh())) from error
    return gemini_result(choices, used)


def gemini_whole(address):
    choices = {}
    try:
        client = gemini_at(address)
        response = client.models.generate_content(model=MODEL, contents=PROMPT)
    except Exception as error:
        raise Failure(error) from error
    used = gemini_take(choices, response)
    return gemini_result(choices, used)


def gemini_models(address):
    client = gemini_at(address)  # kept: without its owner the connection is closed
    return [model.name.split("/")[-1] for model in client.models.list()]


# --- Ollama ---------------------------------------------------------------------------------------


def ollama_take(read, response):
    message = response.message
    read["text"] += message.content or ""
    read["reasoning"] += message.thinking or ""
    for call in message.tool_calls or []:
        read["calls"].append((call.function.name, dict(call.function.arguments)))
    if response.done:
        read["finish"] = response.done_reason
        if read["finish"] == "stop" and read["calls"]:
            read["finish"] = "tool_calls"
        read["usage"] = usage(response.prompt_eval_count, response.eval_count)


def ollama_read(address, stream):
    import ollama

    read = fresh()
    try:
        answer = ollama.Client(host=address, timeout=10).chat(
            model=MODEL, messages=MESSAGES, stream=stream
        )
        for response in answer if stream else [answer]:
            ollama_take(read, response)
    except Exception as error:
        raise Failure(error, read) from error
    return read


# --- Mistral --------------------------------------------------------------------------------------


def mistral_at(address):
    from mistralai.client import Mistral

    return Mistral(api_key=KEY, server_url=address + "/mistral", timeout_ms=10_000)


def mistral_take(into, message):
    content = message.content or ""
    for part in [content] if isinstance(content, str) else content:
        if isinstance(part, str):
            into["text"] += part
        elif part.type == "thinking":
            into["reasoning"] += "".join(thought.text for thought in part.thinking)
        else:
            into["text"] += part.text
    for call in message.tool_calls or []:
        assert len(call.id) == 9, f"an id of {len(call.id)} characters"
        into["calls"].append((call.function.name, json.loads(call.function.arguments)))


def mistral_usage(counts):
    extra = counts.additional_properties or {}
    return usage(
        counts.prompt_tokens, counts.completion_tokens,
        number(extra, "prompt_tokens_details", "cached_tokens"),
        number(extra, "completion_tokens_details", "reasoning_tokens"),
    )


def mistral_stream(address):
    choices, used = {}, None
    try:
        with mistral_at(address).chat.stream(model=MODEL, messages=MESSAGES) as stream:
            for event in stream:
                used = event.data.usage or used
                for choice in event.data.choices:
                    into = choices.setdefault(choice.index, fresh())
                    mistral_take(into, choice.delta)
                    into["finish"] = choice.finish_reason or into["finish"]
    except Exception as error:
        raise Failure(error, choices.get(0, fresh())) from error
    return mistral_result(choices, used)


def mistral_whole(address):
    choices = {}
    try:
        answer = mistral_at(address).chat.complete(model=MODEL, messages=MESSAGES)
    except Exception as error:
        raise Failure(error) from error
    for choice in answer.choices:
        into = choices.setdefault(choice.index, fresh())
        mistral_take(into, choice.message)
        into["finish"] = choice.finish_reason
    return mistral_result(choices, answer.usage)


def mistral_result(choices, counts):
    for choice in choices.values():
        choice["usage"] = mistral_usage(counts)
    read = choices[0]
    read["choices"] = [choices[index] for index in sorted(choices)]
    return read


# --- Amazon Bedrock -------------------------------------------------------------------------------


def bedrock_at(address):
    import boto3
    from botocore.config import Config

    return boto3.client(
        "bedrock-runtime", endpoint_url=address, region_name="us-east-1",
        aws_access_key_id="AKIDRELAYMARK", aws_secret_access_key=KEY,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=10),
    )


BEDROCK_MESSAGES = [{"role": "user", "content": [{"text": PROMPT}]}]
BEDROCK_REASONS = {
    "end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tool_calls",
    "content_filtered": "content_filter",
}


class BedrockFailure(Exception):
    """botocore has status and message in a dictionary."""

    def __init__(self, error):
        super().__init__(str(error))
        response = getattr(error, "response", {})
        self.status_code = response.get("ResponseMetadata", {}).get("HTTPStatusCode")


def bedrock_usage(counts):
    cached = counts.get("cacheReadInputTokens", 0)
    assert counts["totalTokens"] == counts["inputTokens"] + cached + counts["outputTokens"]
    return usage(counts["inputTokens"] + cached, counts["outputTokens"], cached)


def bedrock_stream(address):
    read, inputs, calls = fresh(), {}, {}
    try:
        answer = bedrock_at(address).converse_stream(modelId=MODEL, messages=BEDROCK_MESSAGES)
        for event in answer["stream"]:
            (kind, body), = event.items()
            if kind == "contentBlockStart":
                calls[body["contentBlockIndex"]] = body["start"]["toolUse"]["name"]
                inputs[body["contentBlockIndex"]] = ""
            elif kind == "contentBlockDelta":
                delta = body["delta"]
                read["text"] += delta.get("text", "")
                read["reasoning"] += delta.get("reasoningContent", {}).get("text", "")
                if "toolUse" in delta:
                    inputs[body["contentBlockIndex"]] += delta["toolUse"]["input"]
            elif kind == "messageStop":
                read["finish"] = BEDROCK_REASONS[body["stopReason"]]
            elif kind == "metadata":
                read["usage"] = bedrock_usage(body["usage"])
    except Exception as error:
        raise Failure(BedrockFailure(error), read) from error
    read["calls"] = [(calls[index], json.loads(inputs[index])) for index in sorted(calls)]
    return read


def bedrock_whole(address):
    read = fresh()
    try:
        answer = bedrock_at(address).converse(modelId=MODEL, messages=BEDROCK_MESSAGES)
    except Exception as error:
        raise Failure(BedrockFailure(error)) from error
    for block in answer["output"]["message"]["content"]:
        read["text"] += block.get("text", "")
        read["reasoning"] += block.get("reasoningContent", {}).get("reasoningText", {}).get("text", "")
        if "toolUse" in block:
            read["calls"].append((block["toolUse"]["name"], block["toolUse"]["input"]))
    read["finish"] = BEDROCK_REASONS[answer["stopReason"]]
    read["usage"] = bedrock_usage(answer["usage"])
    return read


# --- Cohere ---------------------------------------------------------------------------------------


def cohere_at(address):
    import cohere

    return cohere.ClientV2(api_key=KEY, base_url=address, timeout=10)


COHERE_REASONS = {
    "COMPLETE": "stop", "STOP_SEQUENCE": "stop", "MAX_TOKENS": "length", "TOOL_CALL": "tool_calls",
}


def cohere_usage(counts):
    return usage(
        int(counts.tokens.input_tokens), int(counts.tokens.output_tokens), int(counts.cached_tokens)
    )


def cohere_stream(address):
    read, calls = fresh(), []
    try:
        for event in cohere_at(address).chat_stream(
            model=MODEL, messages=MESSAGES, request_options={"max_retries": 0}
        ):
            if event.type == "content-delta":
                content = event.delta.message.content
                read["text"] += content.text or ""
                read["reasoning"] += content.thinking or ""
            elif event.type == "tool-call-start":
                calls.append([event.delta.message.tool_calls.function.name, ""])
            elif event.type == "tool-call-delta":
                calls[event.index][1] += event.delta.message.tool_calls.function.arguments
            elif event.type == "message-end":
                # This SDK hands errors on as words; a caller must look.
                if event.delta.error:
                    raise RuntimeError(event.delta.error)
                reason = event.delta.finish_reason
                read["finish"] = COHERE_REASONS.get(reason, reason)
                read["usage"] = cohere_usage(event.delta.usage)
    except Exception as error:
        raise Failure(error, read) from error
    read["calls"] = [(name, json.loads(text)) for name, text in calls]
    return read


def cohere_whole(address):
    read = fresh()
    try:
        answer = cohere_at(address).chat(
            model=MODEL, messages=MESSAGES, request_options={"max_retries": 0}
        )
    except Exception as error:
        raise Failure(error) from error
    for part in answer.message.content or []:
        read["text"] += getattr(part, "text", None) or ""
        read["reasoning"] += getattr(part, "thinking", None) or ""
    read["calls"] = [
        (call.function.name, json.loads(call.function.arguments))
        for call in answer.message.tool_calls or []
    ]
    read["finish"] = COHERE_REASONS.get(answer.finish_reason, answer.finish_reason)
    read["usage"] = cohere_usage(answer.usage)
    return read
