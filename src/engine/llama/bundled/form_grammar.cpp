/*
 * A JSON schema to a grammar, with llama.cpp's own converter. C++, because that converter is.
 * Turns every exception into a struct err. Must not know llama.h.
 */
#include "engine/llama/form_grammar.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "json-schema-to-grammar.h"

/*
 * What the converter uses of llama.cpp's common.cpp, which would bring an HTTP client with it.
 */
std::string string_join(const std::vector<std::string> &values, const std::string &separator);
std::vector<std::string> string_split(const std::string &str, const std::string &delimiter);
std::string string_repeat(const std::string &str, size_t n);

std::string string_join(const std::vector<std::string> &values, const std::string &separator)
{
	std::string out;

	for (const std::string &value : values) {
		if (&value != &values.front())
			out += separator;
		out += value;
	}
	return out;
}

std::vector<std::string> string_split(const std::string &str, const std::string &delimiter)
{
	std::vector<std::string> parts;
	size_t from = 0;

	for (size_t at = str.find(delimiter); at != std::string::npos;
	     at = str.find(delimiter, from)) {
		parts.push_back(str.substr(from, at - from));
		from = at + delimiter.size();
	}
	parts.push_back(str.substr(from));
	return parts;
}

std::string string_repeat(const std::string &str, size_t n)
{
	std::string out;

	for (; n > 0; n--)
		out += str;
	return out;
}

extern "C" int form_grammar(const char *schema, char **ret_text, struct err *err)
{
	try {
		const std::string text = json_schema_to_grammar(common_json::parse(schema), true);

		*ret_text = strdup(text.c_str());
		return *ret_text ? 0 : err_set(err, ERR_ENGINE, "out of memory");
	} catch (const std::exception &e) {
		std::string what = e.what();

		for (char &c : what)
			if (static_cast<unsigned char>(c) < ' ')
				c = ' ';
		return err_set(err, ERR_INPUT, "the engine makes no grammar of the JSON schema: %s",
			       what.c_str());
	}
}
