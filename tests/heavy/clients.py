"""Asks `toehold serve` as real clients do: clients.py NAME URL TOKEN

Prints what the client made of the answers, one a line. The ticket asks about b.
"""
import asyncio
import json
import sys
from typing import Literal

name, url, token = sys.argv[1:]
base = url + "/v1"
messages = [{"role": "developer", "content": "Sort it."}, {"role": "user", "content": "it asks about b"}]


def label(text):
    return json.loads(text)["label"]


def ask_openai():
    import openai
    from pydantic import BaseModel

    client = openai.OpenAI(base_url=base, api_key=token, max_retries=0)
    model = client.models.list().data[0].id
    print("model", client.models.retrieve(model).owned_by)
    whole = client.chat.completions.create(model=model, messages=messages, logprobs=True, top_logprobs=3)
    print("whole", label(whole.choices[0].message.content), whole.usage.completion_tokens > 0)
    place = whole.choices[0].logprobs.content[0]
    print("logprobs", place.token, len(place.top_logprobs))
    stream = client.chat.completions.create(
        model=model, messages=messages, stream=True, stream_options={"include_usage": True})
    events = list(stream)
    print("stream", label("".join(e.choices[0].delta.content or "" for e in events if e.choices)),
          events[-2].choices[0].finish_reason, events[-1].usage.total_tokens > 0)
    with client.chat.completions.stream(model=model, messages=messages) as helper:
        print("helper", label(helper.get_final_completion().choices[0].message.content))

    class Answer(BaseModel):
        label: Literal["a", "b", "c"]

    print("parsed", client.chat.completions.parse(
        model=model, messages=messages, response_format=Answer).choices[0].message.parsed.label)
    try:
        client.chat.completions.create(model=model, messages=messages, n=2)
    except openai.BadRequestError as why:
        print("refused", why.type, why.body["message"])
    try:
        openai.OpenAI(base_url=base, api_key="wrong", max_retries=0).models.list()
    except openai.AuthenticationError as why:
        print("token", why.code)

    async def later():
        made = await openai.AsyncOpenAI(base_url=base, api_key=token).chat.completions.create(
            model=model, messages=messages)
        print("async", label(made.choices[0].message.content))

    asyncio.run(later())


def ask_langchain():
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(base_url=base, api_key=token, model="any")
    whole = chat.invoke("it asks about b")
    print("whole", label(whole.content), whole.usage_metadata["total_tokens"] > 0)
    print("stream", label("".join(piece.content for piece in chat.stream("it asks about b"))))
    print("batch", [label(one.content) for one in chat.batch(["it asks about a", "it asks about c"])])
    schema = {"title": "answer", "type": "object", "required": ["label"], "additionalProperties": False,
              "properties": {"label": {"type": "string", "enum": ["a", "b", "c"]}}}
    shaped = chat.with_structured_output(schema, method="json_schema")
    print("shaped", shaped.invoke("it asks about b"))
    try:
        chat.bind_tools([{"name": "f", "description": "", "parameters": {}}]).invoke("it asks about b")
    except Exception as why:
        print("tools", type(why).__name__)


def ask_litellm():
    import litellm

    litellm.suppress_debug_info = True
    how = {"model": "openai/any", "api_base": base, "api_key": token, "messages": messages}
    whole = litellm.completion(**how)
    print("whole", label(whole.choices[0].message.content), whole.usage.total_tokens > 0)
    pieces = litellm.completion(stream=True, **how)
    print("stream", label("".join(piece.choices[0].delta.content or "" for piece in pieces)))


{"openai": ask_openai, "langchain": ask_langchain, "litellm": ask_litellm}[name]()
