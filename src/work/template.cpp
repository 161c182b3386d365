/*
 * Renders chat templates with llama.cpp's Jinja engine: the one C++ file of this program.
 * Decides which shape of messages a template understands, by asking it with probe words, and
 * where the ticket goes. Must not know llama.h. Every exception ends here as a struct err.
 */
#include "work/template.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <string>

#include "jinja/lexer.h"
#include "jinja/parser.h"
#include "jinja/runtime.h"
#include "json.h"

namespace {

/* How the messages are given to the template. */
struct shape {
	bool typed;  /* content is [{type: text, text: ...}] */
	bool folded; /* the system text opens the first user turn */
};

/* The texts of one rendering; what else it needs is in the request. */
struct texts {
	std::string system;
	std::string ticket;
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

	for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + word.size()))
		n++;
	return n;
}

bool contains(const std::string &text, const std::string &word)
{
	return text.find(word) != std::string::npos;
}

/* The engine prints local time: this is when local clocks show what UTC's show at now_s. */
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
	return common_json::array({common_json{{"type", "text"}, {"text", text}}});
}

class renderer {
public:
	explicit renderer(const template_request &request)
	    : rq(request), source(request.source), prog(parse(request.source))
	{
	}

	std::string render(const texts &in, shape how, int64_t now_s, bool thinking) const
	{
		jinja::context ctx(source);
		jinja::runtime runtime(ctx);

		ctx.current_time = shown_as_utc(now_s);
		jinja::global_from_json(ctx, variables(in, how, thinking), false);
		jinja::value out = runtime.execute(prog);
		std::string text = jinja::runtime::gather_string_parts(out)->as_string().str();
		if (text.size() > TEMPLATE_MAX_OUTPUT_BYTES)
			throw std::runtime_error("its output is larger than 4 MiB");
		if (contains(text, std::string(1, '\0')))
			throw std::runtime_error("its output holds a NUL byte");
		return text;
	}

	std::string render(const texts &in, shape how) const
	{
		return render(in, how, rq.now_s, rq.thinking);
	}

private:
	const template_request &rq;
	std::string source;
	jinja::program prog;

	static jinja::program parse(const std::string &text)
	{
		return jinja::parse_from_tokens(jinja::lexer().tokenize(text));
	}

	/* `tools` stays undefined: some tool templates fail on None, and nothing else differs. */
	common_json variables(const texts &in, shape how, bool thinking) const
	{
		common_json vars = {
		    {"messages", messages(in, how)},
		    {"add_generation_prompt", true},
		    {"bos_token", text_or_empty(rq.bos)},
		    {"eos_token", text_or_empty(rq.eos)},
		    {"enable_thinking", thinking},
		    {"thinking", thinking},
		    {"reasoning", thinking},
		    {"thinking_mode", thinking ? "enabled" : "disabled"},
		};
		if (!thinking)
			vars["thinking_budget"] = 0;
		return vars;
	}

	common_json messages(const texts &in, shape how) const
	{
		common_json list = common_json::array();
		std::string opening;
		auto add = [&](const char *role, const std::string &text) {
			list.push_back({{"role", role}, {"content", content(text, how.typed)}});
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
};

/* A word that stands nowhere in what is asked, so that it is found only where it was put. */
std::string unused_word(const template_request &rq, const char *stem)
{
	for (unsigned n = 1;; n++) {
		std::string word = stem + std::to_string(n) + "x";
		bool used = contains(rq.source, word) || contains(text_or_empty(rq.system), word);

		for (size_t i = 0; i < rq.n_examples && !used; i++)
			used = contains(rq.examples[i].user, word) || contains(rq.examples[i].assistant, word);
		if (!used)
			return word;
	}
}

/* The first shape in which the template prints both the system text and the ticket, once. */
shape find_shape(const renderer &r, const texts &probe)
{
	static const shape shapes[] = {{false, false}, {true, false}, {false, true}, {true, true}};
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
				reason = "it prints the user's text " + std::to_string(n) + " times";
		} catch (const std::exception &e) {
			if (reason.empty())
				reason = e.what();
		}
	}
	throw std::runtime_error(reason);
}

/* RULE: prompt-as-asked: every text is in the prompt as it was given, or the run says so. */
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

/* A template that fails in the other state depends on it too. */
bool differs(const renderer &r, const texts &in, shape how, int64_t now_s, bool thinking,
	     const std::string &out)
{
	try {
		return r.render(in, how, now_s, thinking) != out;
	} catch (const std::exception &) {
		return true;
	}
}

bool trims(const renderer &r, const texts &in, shape how)
{
	const texts spaced = {in.system, "  " + in.ticket + "  "};

	try {
		return !contains(r.render(spaced, how), spaced.ticket);
	} catch (const std::exception &) {
		return true;
	}
}

unsigned probe_marks(const renderer &r, const template_request &rq, const texts &in, shape how,
		     const std::string &out)
{
	static const int64_t other_day_s = 400 * 86400; /* another day of the month, month and year */
	unsigned marks = 0;

	if (how.typed)
		marks |= TEMPLATE_CONTENT_TYPED;
	if (how.folded)
		marks |= TEMPLATE_SYSTEM_FOLDED;
	if (trims(r, in, how))
		marks |= TEMPLATE_CONTENT_TRIMMED;
	if (differs(r, in, how, rq.now_s + other_day_s, rq.thinking, out))
		marks |= TEMPLATE_DATE_PRINTED;
	if (differs(r, in, how, rq.now_s, !rq.thinking, out))
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
	const texts in = {text_or_empty(rq.system), word};
	const texts probe = {in.system.empty() ? "" : unused_word(rq, "systemword"), word};
	const renderer r(rq);
	const shape how = find_shape(r, probe);
	const std::string out = r.render(in, how);
	const size_t at = out.find(word);

	if (count(out, word) != 1)
		throw std::runtime_error("with this system text it drops or repeats the user's text");
	std::string before = out.substr(0, at);
	unsigned marks = probe_marks(r, rq, in, how, out);
	if (text_edited(rq, before))
		marks |= TEMPLATE_TEXT_EDITED;
	give(before, out.substr(at + word.size()), marks, ret_parts);
}

/* The engine quotes the template in many lines: its last "Error: " says why, on one line. */
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

} // namespace

extern "C" int template_render(const struct template_request *rq, struct template_parts *ret_parts,
			       struct err *err)
{
	if (std::strlen(rq->source) > TEMPLATE_MAX_SOURCE_BYTES)
		return err_set(err, ERR_INPUT, "the chat template is larger than 1 MiB");
	try {
		render_parts(*rq, ret_parts);
		return 0;
	} catch (const std::bad_alloc &) {
		return err_set(err, ERR_ENGINE, "cannot render the chat template: out of memory");
	} catch (const std::exception &e) {
		return err_set(err, ERR_ENGINE, "cannot render the chat template: %s",
			       one_line(e.what()).c_str());
	} catch (...) {
		return err_set(err, ERR_ENGINE, "cannot render the chat template: unknown exception");
	}
}

extern "C" int template_plain(const struct template_request *rq, struct template_parts *ret_parts,
			      struct err *err)
{
	static const std::string ticket = "### Ticket:\n", answer = "\n\n### Answer:\n";

	try {
		std::string before = text_or_empty(rq->system);

		if (!before.empty())
			before += "\n\n";
		for (size_t i = 0; i < rq->n_examples; i++)
			before += ticket + rq->examples[i].user + answer + rq->examples[i].assistant + "\n\n";
		give(before + ticket, answer, TEMPLATE_NO_TEMPLATE, ret_parts);
		return 0;
	} catch (const std::exception &) {
		return err_set(err, ERR_ENGINE, "cannot write the plain prompt: out of memory");
	}
}

extern "C" void template_parts_release(struct template_parts *parts)
{
	if (!parts)
		return;
	std::free(parts->before);
	std::free(parts->after);
	*parts = {};
}

extern "C" const char *template_marks_text(unsigned marks, char buf[TEMPLATE_MARKS_TEXT_BYTES])
{
	static const char *const names[] = {
#define TEMPLATE_NAME(name, text, meaning) text,
	    TEMPLATE_MARKS(TEMPLATE_NAME)
#undef TEMPLATE_NAME
	};
	size_t used = 0;

	std::snprintf(buf, TEMPLATE_MARKS_TEXT_BYTES, "none");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (marks & (1u << i))
			used += static_cast<size_t>(std::snprintf(buf + used, TEMPLATE_MARKS_TEXT_BYTES - used,
								  "%s%s", used ? ", " : "", names[i]));
	return buf;
}
