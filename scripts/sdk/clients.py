"""Each official SDK as functions from an address to what it read, in the words of a script."""

from common import Failure
from openai_like import (
    accumulated, anthropic_at, azure_at, chat, chat_stream, chat_whole, groq_at, messages_stream,
    messages_whole, responses_accumulated, responses_stream, responses_whole,
)
from other_clients import (
    bedrock_stream, bedrock_whole, cohere_stream, cohere_whole, gemini_models, gemini_stream,
    gemini_whole, mistral_stream, mistral_whole, ollama_read,
)

__all__ = ["CLIENTS", "Failure"]

# name: (a stream, a whole answer, the list of models); None where the SDK has none.
CLIENTS = {
    "openai-chat": chat("/v1"),
    "openai-chat-accumulated": (accumulated, None, None),
    "openai-responses": (responses_stream, responses_whole, None),
    "openai-responses-accumulated": (responses_accumulated, None, None),
    "anthropic-messages": (
        messages_stream, messages_whole,
        lambda address: [model.id for model in anthropic_at(address).models.list()],
    ),
    "gemini": (
        gemini_stream, gemini_whole,
        gemini_models,
    ),
    "bedrock": (bedrock_stream, bedrock_whole, None),
    "cohere": (cohere_stream, cohere_whole, None),
    "ollama": (
        lambda address: ollama_read(address, True), lambda address: ollama_read(address, False),
        None,
    ),
    "mistral": (mistral_stream, mistral_whole, None),
    "groq": (
        lambda address: chat_stream(groq_at(address), False),
        lambda address: chat_whole(groq_at(address)), None,
    ),
    "azure": (
        lambda address: chat_stream(azure_at(address)),
        lambda address: chat_whole(azure_at(address)), None,
    ),
    "deepseek": chat("/deepseek"),
    "openrouter": chat("/api/v1", False),
    "qwen": chat("/compatible-mode/v1"),
    "vllm": chat("/vllm/v1"),
    "xai": chat("/xai/v1"),
}
