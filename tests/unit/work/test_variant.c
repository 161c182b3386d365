/*
 * The choice of the worker's variant: from made-up features of a CPU, and from the workers that lie
 * beside this program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "work/variant.h"

#define V2 "popcnt sse4_2 ssse3"
#define V3 V2 " abm avx avx2 bmi1 bmi2 f16c fma movbe"
#define V4 V3 " avx512bw avx512cd avx512dq avx512vl"
#define ALL V4 " avx512_vnni avx512vbmi avx512_bf16"

static void features_give_variants(void **state)
{
	static const struct {
		const char *machine, *features, *expected;
	} rows[] = {
		{ "x86_64", "", "" },
		{ "x86_64", "popcnt ssse3", "" },
		{ "x86_64", V2, "x86-64-v2" },
		{ "x86_64", V2 " avx avx512bw", "x86-64-v2" },
		{ "x86_64", V3, "x86-64-v3 x86-64-v2" },
		{ "x86_64", "ssse3 movbe fma f16c bmi2 bmi1 avx2 avx abm sse4_2 popcnt",
		  "x86-64-v3 x86-64-v2" },
		{ "x86_64", V3 " avx_vnni", "x86-64-v3-vnni x86-64-v3 x86-64-v2" },
		{ "x86_64", V4, "x86-64-v4 x86-64-v3 x86-64-v2" },
		{ "x86_64", V4 " avx512_bf16", "x86-64-v4 x86-64-v3 x86-64-v2" },
		{ "x86_64", ALL, "x86-64-v4-bf16 x86-64-v4-vnni x86-64-v4 x86-64-v3 x86-64-v2" },
		{ "x86_64", ALL " avx_vnni",
		  "x86-64-v4-bf16 x86-64-v4-vnni x86-64-v4 x86-64-v3-vnni x86-64-v3 x86-64-v2" },
		/* Whole words: "avx512bwx" is not "avx512bw". */
		{ "x86_64", V3 " avx512bwx avx512cd avx512dq avx512vl", "x86-64-v3 x86-64-v2" },
		/* AVX-512 on a CPU without FMA: the rows that need both are left out. */
		{ "x86_64", V2 " avx512bw avx512cd avx512dq avx512vl", "x86-64-v2" },
		{ "aarch64", "", "armv8-a" },
		{ "aarch64", "asimddp", "armv8-a" },
		{ "aarch64", "i8mm", "armv8-a" },
		{ "aarch64", "asimdhp asimddp", "armv8-a-dotprod armv8-a" },
		{ "aarch64", "asimdhp asimddp i8mm", "armv8-a-i8mm armv8-a-dotprod armv8-a" },
		{ "riscv64", ALL, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		const char *names[VARIANT_MAX], *text = "";
		size_t n = variant_list(rows[i].machine, rows[i].features, names);

		for (size_t j = 0; j < n; j++)
			text = arena_printf(&a, "%s%s%s", text, j ? " " : "", names[j]);
		assert_string_equal(text, rows[i].expected);
		arena_release(&a);
	}
}

/* The variants of this CPU, as the program sees them. */
static size_t own_variants(struct arena *a, const char *names[VARIANT_MAX])
{
	struct utsname machine;

	assert_int_equal(uname(&machine), 0);
	return variant_list(machine.machine, variant_cpu_features(a), names);
}

/* An empty file in the place of a worker. */
static const char *put_worker(struct arena *a, const char *program, const char *variant)
{
	const char *path = arena_printf(a, "%s/%s-%s", file_program_dir(a), program, variant);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fclose(f);
	return path;
}

static void the_best_installed_worker_is_found(void **state)
{
	struct arena a = { 0 };
	const char *program = arena_printf(&a, "worker-%d", (int)getpid());
	const char *names[VARIANT_MAX], *oldest, *best;
	size_t n = own_variants(&a, names);
	struct err err;
	char *path;

	(void)state;
	if (n < 2)
		skip();
	assert_int_equal(variant_find_worker(&a, program, &path, &err), -1);
	assert_int_equal(err.kind, ERR_ENGINE);
	assert_non_null(strstr(err.msg, arena_printf(&a, "'%s-%s' is missing", program, names[0])));
	assert_non_null(strstr(err.msg, "variants that this CPU runs: "));

	oldest = put_worker(&a, program, names[n - 1]);
	put_worker(&a, program, "not-a-variant");
	assert_int_equal(variant_find_worker(&a, program, &path, &err), 0);
	assert_string_equal(path, oldest);
	best = put_worker(&a, program, names[0]);
	assert_int_equal(variant_find_worker(&a, program, &path, &err), 0);
	assert_string_equal(path, best);

	setenv("TOEHOLD_VARIANT", names[n - 1], 1);
	assert_int_equal(variant_find_worker(&a, program, &path, &err), 0);
	assert_string_equal(path, oldest);
	unlink(oldest);
	assert_int_equal(variant_find_worker(&a, program, &path, &err), -1);
	assert_int_equal(err.kind, ERR_ENGINE);
	setenv("TOEHOLD_VARIANT", "not-a-variant", 1);
	assert_int_equal(variant_find_worker(&a, program, &path, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.msg, "'not-a-variant'"));
	setenv("TOEHOLD_VARIANT", "", 1);
	assert_int_equal(variant_find_worker(&a, program, &path, &err), 0);
	assert_string_equal(path, best);
	unsetenv("TOEHOLD_VARIANT");
	unlink(best);
	unlink(put_worker(&a, program, "not-a-variant"));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_give_variants),
		cmocka_unit_test(the_best_installed_worker_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
