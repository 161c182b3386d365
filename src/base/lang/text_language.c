/*
 * Asks the detector first, and falls back to the script.
 */
#include "base/lang/text_language.h"

#include <stdio.h>

#include "base/lang/detect.h"
#include "base/lang/script.h"
#include "base/str.h"

void text_language(const char *text, size_t n_bytes, char ret_lang[TEXT_LANGUAGE_MAX])
{
	char code[DETECT_CODE_MAX];
	const char *script;

	ret_lang[0] = '\0';
	if (str_utf8_error(text, n_bytes) >= 0)
		return;
	if (detect_language(text, n_bytes, code)) {
		snprintf(ret_lang, TEXT_LANGUAGE_MAX, "%s", code);
		return;
	}
	script = script_of(text, n_bytes);
	if (*script)
		snprintf(ret_lang, TEXT_LANGUAGE_MAX, TEXT_LANGUAGE_SCRIPT "%s", script);
}

const char *text_language_detector(void)
{
	return *detect_name() ? detect_name() : "scripts alone";
}
