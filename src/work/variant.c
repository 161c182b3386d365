/*
 * The table of variants, the CPU's features, and the choice.
 */
#include "work/variant.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

#include "base/array.h"
#include "work/child.h"

static const struct {
	const char *machine, *name, *base, *features;
} variants[] = {
#define VARIANT(machine, name, base, features, options) { #machine, name, base, features },
#include "work/variant.def"
};

_Static_assert(COUNT_OF(variants) <= VARIANT_MAX, "VARIANT_MAX is too small");

/*
 * FEATURES: for each feature, its word in /proc/cpuinfo and what the system calls it.
 * variant_cpu_has() asks the CPU; for x86 the compiler's run time does, which also looks whether
 * the system saves the wide registers.
 */
/* clang-format off */
#if defined(__x86_64__)
static const char this_machine[] = "x86_64";
#define FEATURES(X) \
	X("abm", "lzcnt") X("avx", "avx") X("avx2", "avx2") X("avx512_bf16", "avx512bf16") \
	X("avx512_vnni", "avx512vnni") X("avx512bw", "avx512bw") X("avx512cd", "avx512cd") \
	X("avx512dq", "avx512dq") X("avx512vbmi", "avx512vbmi") X("avx512vl", "avx512vl") \
	X("avx_vnni", "avxvnni") X("bmi1", "bmi") X("bmi2", "bmi2") X("f16c", "f16c") \
	X("fma", "fma") X("movbe", "movbe") X("popcnt", "popcnt") X("sse4_2", "sse4.2") \
	X("ssse3", "ssse3")
#define variant_cpu_has(name) (__builtin_cpu_supports(name) != 0)

#elif defined(__aarch64__) && defined(__linux__)
static const char this_machine[] = "aarch64";
/* Bits of AT_HWCAP and, from 32 on, of AT_HWCAP2: arch/arm64/include/uapi/asm/hwcap.h in Linux. */
#define FEATURES(X) X("asimdhp", 10) X("asimddp", 20) X("i8mm", 32 + 13)
#define variant_cpu_has(bit) \
	((getauxval((bit) < 32 ? AT_HWCAP : AT_HWCAP2) >> ((bit) % 32) & 1) != 0)

#elif defined(__aarch64__) && defined(__APPLE__)
static const char this_machine[] = "aarch64";
#define FEATURES(X) \
	X("asimdhp", "hw.optional.arm.FEAT_FP16") X("asimddp", "hw.optional.arm.FEAT_DotProd") \
	X("i8mm", "hw.optional.arm.FEAT_I8MM")

static bool variant_cpu_has(const char *name)
{
	int value = 0;
	size_t size = sizeof(value);

	return sysctlbyname(name, &value, &size, NULL, 0) == 0 && value != 0;
}

#else
static const char this_machine[] = "";
#define FEATURES(X)
#endif
/* clang-format on */

const char *variant_cpu_features(struct arena *a)
{
	const char *features = "";

#define ADD_IF_THERE(word, name) \
	if (variant_cpu_has(name)) \
		features = arena_printf(a, "%s%s%s", features, *features ? " " : "", word);
	FEATURES(ADD_IF_THERE)
#undef ADD_IF_THERE
	return features;
}

/* True if each word of `words` is one of `features`. */
static bool variant_has_words(const char *words, const char *features)
{
	while (*words) {
		size_t len = strcspn(words, " ");
		const char *at = features;

		while (*at && !(strncmp(at, words, len) == 0 && strchr(" ", at[len]))) {
			at += strcspn(at, " ");
			at += strspn(at, " ");
		}
		if (!*at)
			return false;
		words += len;
		words += strspn(words, " ");
	}
	return true;
}

size_t variant_list(const char *machine, const char *features, const char *ret_names[VARIANT_MAX])
{
	bool able[COUNT_OF(variants)] = { false };
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(variants); i++) {
		bool base = !*variants[i].base;

		for (size_t j = 0; j < i; j++)
			base |= able[j] && strcmp(variants[j].name, variants[i].base) == 0;
		able[i] = base && strcmp(variants[i].machine, machine) == 0 &&
			  variant_has_words(variants[i].features, features);
	}
	for (size_t i = COUNT_OF(variants); i-- > 0;)
		if (able[i])
			ret_names[n++] = variants[i].name;
	return n;
}

static const char *variant_join(struct arena *a, const char *const *names, size_t n)
{
	const char *text = n > 0 ? names[0] : "none";

	for (size_t i = 1; i < n; i++)
		text = arena_printf(a, "%s, %s", text, names[i]);
	return text;
}

/* The one that the environment names, if this CPU runs it. */
static int variant_forced(struct arena *a, const char *name, const char *const *names, size_t n,
			  struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return 0;
	return err_set(err, ERR_USAGE,
		       "TOEHOLD_VARIANT names '%s', which is not a variant that this CPU runs; it "
		       "runs: %s",
		       name, variant_join(a, names, n));
}

int variant_find_worker(struct arena *a, const char *program, char **ret_path, struct err *err)
{
	const char *forced = getenv("TOEHOLD_VARIANT"), *names[VARIANT_MAX], *note;
	size_t n = variant_list(this_machine, variant_cpu_features(a), names);
	struct err unused;

	if (forced && *forced) {
		if (variant_forced(a, forced, names, n, err) < 0)
			return -1;
		return child_find_program(a, arena_printf(a, "%s-%s", program, forced), "",
					  ret_path, err);
	}
	for (size_t i = 0; i < n; i++)
		if (child_find_program(a, arena_printf(a, "%s-%s", program, names[i]), "", ret_path,
				       &unused) == 0)
			return 0;
	if (child_find_program(a, program, "", ret_path, &unused) == 0)
		return 0;
	note = arena_printf(a, " (variants that this CPU runs: %s)", variant_join(a, names, n));
	return child_find_program(a, n > 0 ? arena_printf(a, "%s-%s", program, names[0]) : program,
				  note, ret_path, err);
}
