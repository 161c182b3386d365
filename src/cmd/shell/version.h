/*
 * `toehold --version`: this program, and the engine that it would start.
 */
#ifndef CMD_SHELL_VERSION_H
#define CMD_SHELL_VERSION_H

#include <stdio.h>

/*
 * Writes "toehold 0.1.0" and a line with the engine's build and variant, or why there is no
 * engine. Starts the worker to ask it; no model is opened.
 */
void version_print(FILE *out);

#endif
