/*
 * Stands in for form_grammar.cpp in a build with an installed llama.cpp (TOEHOLD_LLAMA=system),
 * whose packages lack the converter.
 */
#include "engine/llama/form_grammar.h"

int form_grammar(const char *schema, char **ret_text, struct err *err)
{
	(void)schema;
	(void)ret_text;
	return err_set(err, ERR_INPUT,
		       "this build's llama.cpp cannot hold an answer to a JSON schema; ask with "
		       "--free, or build with the bundled engine");
}
