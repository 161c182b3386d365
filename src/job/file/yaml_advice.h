/*
 * What to do about a text that is not YAML, from what libyaml says of it. Must not know what the
 * file is for.
 */
#ifndef JOB_FILE_YAML_ADVICE_H
#define JOB_FILE_YAML_ADVICE_H

#include <stddef.h>
#include <yaml.h>

/*
 * What is wrong and what to write instead, as text; NULL if nothing better is known than what the
 * parser says. *ret_mark: where; the parser's own mark can lie lines behind the cause.
 */
const char *yaml_advice(const char *text, const yaml_parser_t *parser, yaml_mark_t *ret_mark);

#endif
