/*
 * CLD2, the Compact Language Detector that Chromium once used. docs/measured/languages.md has its
 * accuracy.
 */
#include "base/lang/detect.h"

#include <cstdio>
#include <cstring>
#include <new>
#include <string>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

/* A language is reported only if this share of the text, in percent, is written in it. */
static const int least_percent = 80;

/* The detector reads only the beginning of longer texts. */
static const size_t most_bytes = 1 << 20;

bool detect_language(const char *text, size_t n_bytes, char ret_code[DETECT_CODE_MAX])
try {
	const CLD2::CLDHints hints = { NULL, NULL, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE };
	CLD2::Language languages[3];
	int percents[3], text_bytes, valid_bytes;
	bool reliable = false;
	double scores[3];

	if (n_bytes > most_bytes)
		n_bytes = most_bytes;
	CLD2::ExtDetectLanguageSummaryCheckUTF8(text, (int)n_bytes, true, &hints, 0, languages,
						percents, scores, NULL, &text_bytes, &reliable,
						&valid_bytes);
	if (!reliable || languages[0] == CLD2::UNKNOWN_LANGUAGE || percents[0] < least_percent)
		return false;
	snprintf(ret_code, DETECT_CODE_MAX, "%s", CLD2::LanguageCode(languages[0]));
	return true;
} catch (const std::bad_alloc &) {
	return false;
}

const char *detect_name(void)
try {
	static const std::string name = std::string("CLD2 ") + CLD2::DetectLanguageVersion();

	return name.c_str();
} catch (const std::bad_alloc &) {
	return "CLD2";
}
