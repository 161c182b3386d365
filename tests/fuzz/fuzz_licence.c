/*
 * Licences found in foreign text: files beside a model, names, and the front matter of model cards.
 * A recognised licence is a row of the table, the same each time; the nearest row can be found.
 */
#include "fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "job/licence/licence_rows.h"

static bool in_table(const char *id)
{
	size_t n;
	const struct licence_row *rows = licence_table(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].id, id) == 0)
			return true;
	return false;
}

static void check_text(struct arena *a, const char *text, size_t n_bytes)
{
	bool more = false, again = false;
	const struct text_row *row = licence_text_of(a, text, n_bytes, &more);

	MUST(row == licence_text_of(a, text, n_bytes, &again));
	MUST(!row || (in_table(row->licence) && more == again));
}

static void check_name(struct arena *a, const char *name)
{
	const struct family_row *family = licence_family_of(a, name);
	const struct family_row *by_arch = licence_family_of_arch(name);
	const struct licence_row *row = licence_find(name);
	const char *nearest = licence_nearest(name);

	MUST(!family || (in_table(family->licence) && licence_name_has(a, name, family->pattern)));
	MUST(!by_arch || in_table(by_arch->licence));
	MUST(!row || in_table(row->id));
	MUST(!nearest || licence_find(nearest));
}

static char card_file[] = "fuzz_licence_XXXXXX";

static void remove_card(void)
{
	unlink(card_file);
}

/* Cards are read from files, so each input overwrites one file. */
static void check_card(struct arena *a, const uint8_t *data, size_t n_bytes)
{
	static FILE *file;
	struct model model = { 0 };
	struct licence_card card;

	if (!file) {
		int fd = mkstemp(card_file);

		MUST(fd >= 0 && atexit(remove_card) == 0);
		file = fdopen(fd, "w");
	}
	MUST(file && ftruncate(fileno(file), 0) == 0);
	rewind(file);
	MUST(fwrite(data, 1, n_bytes, file) == n_bytes && fflush(file) == 0);
	model.origin.card_path = card_file;
	memset(&card, 'x', sizeof(card));
	licence_card_read(a, &model, &card);
	MUST(memchr(card.licence, '\0', sizeof(card.licence)));
	MUST(memchr(card.base_model, '\0', sizeof(card.base_model)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	struct arena a = { 0 };
	const char *text = arena_strndup(&a, (const char *)data, n_bytes);

	check_text(&a, text, n_bytes);
	check_name(&a, text);
	check_card(&a, data, n_bytes);
	arena_release(&a);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"             Apache License\n         Version 2.0, January 2004\n"
		"   TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION\n",
		"MIT License\n\nPermission is hereby granted, free of charge, to any person\n",
		"LLAMA 3.2 COMMUNITY LICENSE AGREEMENT\nVersion Release Date: September\n",
		"Gemma Terms of Use\nLast modified: February 21, 2024\n",
		"Attribution-NonCommercial 4.0 International\n",
		"https://huggingface.co/org/Qwen2.5-Coder-0.5B-GGUF/Meta-Llama-3.1-8B.gguf",
		"apache-2.0",
		"---\nlicense: other\nlicense_name: llama3.2\nlicense_link: LICENSE\n"
		"base_model:\n- org/model\n- org/other\n---\n# Card\n",
		"---\r\nlicense: 'mit'\r\nbase_model: \"org/model\"\r\n---\r\n",
	};
	size_t n;

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	n = strlen(texts[i]);
	memcpy(to, texts[i], n);
	return (int)n;
}
