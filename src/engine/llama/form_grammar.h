/*
 * The grammar of a JSON schema, as llama.cpp writes it: bundled/form_grammar.cpp, or
 * system/form_grammar_none.c where an installed llama.cpp lacks it.
 */
#ifndef ENGINE_LLAMA_FORM_GRAMMAR_H
#define ENGINE_LLAMA_FORM_GRAMMAR_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/err.h"

/* *ret_text is malloc'ed; its start symbol is "root". Call form_bounded() on the schema first. */
int form_grammar(const char *schema, char **ret_text, struct err *err) MUST_USE;

#ifdef __cplusplus
}
#endif

#endif
