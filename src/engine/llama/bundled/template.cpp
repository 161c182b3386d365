/*
 * Renders chat templates with llama.cpp's Jinja engine. C++, because that engine is. Decides which
 * shape of messages a template understands, by rendering probe words, and where the ticket goes.
 * Must not know llama.h. Turns every exception into a struct err.
 */
#include "engine/template.h"

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include "jinja/lexer.h"
#include "jinja/parser.h"
#include "jinja/runtime.h"
#include "json.h"

namespace
{

/* The form of the messages. */
struct shape {
	bool typed; /* content is [{type: text, text: ...}] */
	bool folded; /* the system text opens the first user turn */
};

/* What differs between renderings; the rest is in the request. */
struct asked {
	std::string system;
	std::string ticket;
	int64_t now_s;
	bool thinking;
};

std::string text_or_empty(const char *text)
{
	return text ? text : "";
}

std::string trimmed(const std::string &text)
{
	static const char white[] = " \t\r\n";
	size_t from = text.find_first_not_of(white);

	if (from == std::string::npos)
		return "";
	return text.substr(from, text.find_last_not_of(white) - from + 1);
}

size_t count(const std::string &text, const std::string &word)
{
	size_t n = 0;

	for (size_t at = text.find(word); at != std::string::npos;
	     at = text.find(word, at + word.size()))
		n++;
	return n;
}

bool contains(const std::string &text, const std::string &word)
{
	return text.find(word) != std::string::npos;
}

/* The engine prints local time. Returns the time at which local clocks show now_s in UTC. */
std::time_t shown_as_utc(int64_t now_s)
{
	std::time_t now = static_cast<std::time_t>(now_s);
	std::tm tm = {};

	gmtime_r(&now, &tm);
	tm.tm_isdst = -1;
	return std::mktime(&tm);
}

common_json content(const std::string &text, bool typed)
{
	if (!typed)
		return common_json(text);
	return common_json::array({ common_json{ { "type", "text" }, { "text", text } } });
}

common_json messages(const template_request &rq, const asked &in, shape how)
{
	common_json list = common_json::array();
	std::string opening;
	auto add = [&](const char *role, const std::string &text) {
		list.push_back({ { "role", role }, { "content", content(text, how.typed) } });
	};

	if (!in.system.empty() && how.folded)
		opening = in.system + "\n\n";
	else if (!in.system.empty())
		add("system", in.system);
	for (size_t i = 0; i < rq.n_examples; i++) {
		add("user", opening + rq.examples[i].user);
		add("assistant", rq.examples[i].assistant);
		opening.clear();
	}
	add("user", opening + in.ticket);
	return list;
}

/* Without tools, `tools` stays undefined: some templates fail on None, and no other differs. */
common_json variables(const template_request &rq, const asked &in, shape how)
{
	common_json vars = {
		{ "messages", messages(rq, in, how) },
		{ "add_generation_prompt", true },
		{ "bos_token", text_or_empty(rq.bos) },
		{ "eos_token", text_or_empty(rq.eos) },
		{ "enable_thinking", in.thinking },
		{ "thinking", in.thinking },
		{ "reasoning", in.thinking },
		{ "thinking_mode", in.thinking ? "enabled" : "disabled" },
	};

	if (!in.thinking)
		vars["thinking_budget"] = 0;
	if (rq.tools)
		vars["tools"] = common_json::parse(rq.tools);
	return vars;
}

std::string run(const std::string &source, const jinja::program &prog, const common_json &values,
		int64_t now_s)
{
	jinja::context ctx(source);
	jinja::runtime runtime(ctx);

	ctx.current_time = shown_as_utc(now_s);
	jinja::global_from_json(ctx, values, false);
	jinja::value out = runtime.execute(prog);
	std::string text = jinja::runtime::gather_string_parts(out)->as_string().str();
	if (text.size() > TEMPLATE_MAX_OUTPUT_BYTES)
		throw std::runtime_error("its output is larger than 4 MiB");
	if (contains(text, std::string(1, '\0')))
		throw std::runtime_error("its output contains a NUL byte");
	return text;
}

/* A parsed template and the request it serves. */
class renderer
{
      public:
	explicit renderer(const template_request &request)
	    : rq(request), source(request.source),
	      prog(jinja::parse_from_tokens(jinja::lexer().tokenize(source)))
	{
	}

	std::string render(const asked &in, shape how) const
	{
		return run(source, prog, variables(rq, in, how), in.now_s);
	}

      private:
	const template_request &rq;
	std::string source;
	jinja::program prog;
};

/* A word that occurs nowhere in the request, so that its place is certain. */
std::string unused_word(const template_request &rq, const char *stem)
{
	for (unsigned n = 1;; n++) {
		std::string word = stem + std::to_string(n) + "x";
		bool used = contains(rq.source, word) || contains(text_or_empty(rq.system), word) ||
			    contains(text_or_empty(rq.tools), word);

		for (size_t i = 0; i < rq.n_examples && !used; i++)
			used = contains(rq.examples[i].user, word) ||
			       contains(rq.examples[i].assistant, word);
		if (!used)
			return word;
	}
}

/* The first shape in which the template prints the system text, and the ticket once. */
shape find_shape(const renderer &r, const asked &probe)
{
	static const shape shapes[] = {
		{ false, false }, { true, false }, { false, true }, { true, true }
	};
	std::string reason;

	for (const shape &how : shapes) {
		if (how.folded && probe.system.empty())
			continue;
		try {
			std::string out = r.render(probe, how);
			size_t n = count(out, probe.ticket);

			if (n == 1 && contains(out, probe.system))
				return how;
			if (reason.empty() && n != 1)
				reason =
					"it prints the user's text " + std::to_string(n) + " times";
		} catch (const std::exception &e) {
			/* Another shape would fill the memory again. jinja wraps errors as text. */
			if (contains(e.what(), "std::bad_alloc"))
				throw std::bad_alloc();
			if (reason.empty())
				reason = e.what();
		}
	}
	throw std::runtime_error(reason);
}

/* Whether the prompt contains the system text or an example with changes. */
bool text_edited(const template_request &rq, const std::string &before)
{
	if (!contains(before, trimmed(text_or_empty(rq.system))))
		return true;
	for (size_t i = 0; i < rq.n_examples; i++)
		if (!contains(before, trimmed(rq.examples[i].user)) ||
		    !contains(before, trimmed(rq.examples[i].assistant)))
			return true;
	return false;
}

/* A template that fails on the other input depends on it too. */
bool differs(const renderer &r, const asked &other, shape how, const std::string &out)
{
	try {
		return r.render(other, how) != out;
	} catch (const std::exception &) {
		return true;
	}
}

bool trims(const renderer &r, const asked &in, shape how)
{
	asked spaced = in;

	spaced.ticket = "  " + in.ticket + "  ";
	try {
		return !contains(r.render(spaced, how), spaced.ticket);
	} catch (const std::exception &) {
		return true;
	}
}

unsigned probe_marks(const renderer &r, const asked &in, shape how, const std::string &out)
{
	static const int64_t other_day_s = 400 * 86400; /* another day, month and year */
	asked later = in, thinking = in;
	unsigned marks = 0;

	later.now_s += other_day_s;
	thinking.thinking = !in.thinking;
	if (how.typed)
		marks |= TEMPLATE_CONTENT_TYPED;
	if (how.folded)
		marks |= TEMPLATE_SYSTEM_FOLDED;
	if (trims(r, in, how))
		marks |= TEMPLATE_CONTENT_TRIMMED;
	if (differs(r, later, how, out))
		marks |= TEMPLATE_DATE_PRINTED;
	if (differs(r, thinking, how, out))
		marks |= TEMPLATE_THINKING_SWITCHED;
	return marks;
}

char *copy(const std::string &text)
{
	char *out = static_cast<char *>(std::malloc(text.size() + 1));

	if (!out)
		throw std::bad_alloc();
	std::memcpy(out, text.c_str(), text.size() + 1);
	return out;
}

void give(const std::string &before, const std::string &after, unsigned marks,
	  template_parts *ret_parts)
{
	template_parts parts = {};

	parts.before = copy(before);
	try {
		parts.after = copy(after);
	} catch (...) {
		std::free(parts.before);
		throw;
	}
	parts.marks = marks;
	*ret_parts = parts;
}

void render_parts(const template_request &rq, template_parts *ret_parts)
{
	const std::string word = unused_word(rq, "ticketword");
	const asked in = { text_or_empty(rq.system), word, rq.now_s, rq.thinking };
	asked probe = in;
	const renderer r(rq);

	if (!in.system.empty())
		probe.system = unused_word(rq, "systemword");
	const shape how = find_shape(r, probe);
	const std::string out = r.render(in, how);
	const size_t at = out.find(word);
	if (count(out, word) != 1)
		throw std::runtime_error(
			"with this system text it drops or repeats the user's text");
	std::string before = out.substr(0, at);
	unsigned marks = probe_marks(r, in, how, out);
	if (text_edited(rq, before))
		marks |= TEMPLATE_TEXT_EDITED;
	if (rq.tools)
		marks |= TEMPLATE_TOOLS_PRINTED;
	give(before, out.substr(at + word.size()), marks, ret_parts);
}

/* Whether the name of a tool that nothing else has comes out before the ticket. */
bool prints_tools(const template_request &rq)
{
	const std::string name = unused_word(rq, "toolword");
	const std::string tools = "[{\"type\": \"function\", \"function\": {\"name\": \"" + name +
				  "\", \"description\": \"d\", \"parameters\": {\"type\": "
				  "\"object\", \"properties\": {}, \"required\": []}}}]";
	template_request probe = rq;
	template_parts parts = {};

	probe.tools = tools.c_str();
	try {
		render_parts(probe, &parts);
	} catch (const std::exception &) {
		return false;
	}
	const bool printed = contains(parts.before, name);
	template_parts_release(&parts);
	return printed;
}

/* The engine quotes the template in many lines; the reason follows its last "Error: ". */
std::string one_line(const std::string &what)
{
	static const std::string tag = "Error: ";
	size_t at = what.rfind(tag);
	std::string line = trimmed(at == std::string::npos ? what : what.substr(at + tag.size()));

	for (char &c : line)
		if (static_cast<unsigned char>(c) < ' ')
			c = ' ';
	return line;
}

/* Calls `render`, and turns what it throws into an error. */
template <typename function> int caught(const char *source, function render, struct err *err)
{
	if (std::strlen(source) > TEMPLATE_MAX_SOURCE_BYTES)
		return err_set(err, ERR_INPUT, "the chat template is larger than 1 MiB");
	try {
		render();
		return 0;
	} catch (const std::bad_alloc &) {
		return err_set(err, ERR_ENGINE, "cannot render the chat template: out of memory");
	} catch (const std::exception &e) {
		return err_set(err, ERR_ENGINE, "cannot render the chat template: %s",
			       one_line(e.what()).c_str());
	} catch (...) {
		return err_set(err, ERR_ENGINE,
			       "cannot render the chat template: unknown exception");
	}
}

} // namespace

extern "C" int template_render(const struct template_request *rq, struct template_parts *ret_parts,
			       struct err *err)
{
	return caught(
		rq->source, [&] { render_parts(*rq, ret_parts); }, err);
}

extern "C" bool template_prints_tools(const struct template_request *rq)
{
	bool printed = false;
	struct err err;

	return caught(
		       rq->source, [&] { printed = prints_tools(*rq); }, &err) == 0 &&
	       printed;
}

extern "C" int template_fill(const char *source, const char *values, int64_t now_s, char **ret_text,
			     struct err *err)
{
	auto render = [&] {
		const std::string text = source;
		const jinja::program prog = jinja::parse_from_tokens(jinja::lexer().tokenize(text));

		*ret_text = copy(run(text, prog, common_json::parse(values), now_s));
	};

	return caught(source, render, err);
}
