/*
 * For builds without a language detector: toehold then reports scripts (base/lang/script.h).
 */
#include "base/lang/detect.h"

bool detect_language(const char *text, size_t n_bytes, char ret_code[DETECT_CODE_MAX])
{
	(void)text;
	(void)n_bytes;
	ret_code[0] = '\0';
	return false;
}

const char *detect_name(void)
{
	return "";
}
