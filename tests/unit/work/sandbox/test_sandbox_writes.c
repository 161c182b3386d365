/*
 * The sandbox of a worker that changes weights: it makes files in one folder, and everything else
 * is denied as for other workers.
 */
#ifdef __linux__
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "unit/scratch.h"
#include "unit/work/sandbox/sandbox_child.h"

static void inside(const void *unused)
{
	const char *const model = "model.gguf";
	struct sandbox_request request = { .read_paths = &model,
					   .n_read_paths = 1,
					   .write_dir = "folder" };
	struct err err;

	(void)unused;
	CHECK(sandbox_enter(&request, sandbox_before_exec(&request), true, level, &err) == 0);
	if (strstr(level, "missing"))
		_exit(77);
	CHECK(sandbox_prove(sandbox_leaves_open(&request), proof) == 0);
	CHECK(opens("folder/made", O_WRONLY | O_CREAT | O_TRUNC));
	CHECK(opens("folder/made", O_RDONLY));
	CHECK(opens(model, O_RDONLY));
	CHECK(!opens(model, O_WRONLY) && errno == EACCES);
	CHECK(!opens(model, O_WRONLY | O_TRUNC) && errno == EACCES);
	CHECK(!opens("other", O_RDONLY) && errno == EACCES);
	CHECK(!opens("made", O_WRONLY | O_CREAT) && errno == EACCES);
	CHECK(!opens("folder/../made", O_WRONLY | O_CREAT) && errno == EACCES);
	/* It can only make and fill files: it cannot remove, move, link or change them. */
	CHECK(unlink("folder/made") < 0);
	CHECK(rename("folder/made", "folder/renamed") < 0);
	CHECK(link("model.gguf", "folder/linked") < 0);
	CHECK(symlink("/etc/passwd", "folder/linked") < 0);
	CHECK(mkdir("folder/sub", 0700) < 0);
	CHECK(chmod("folder/made", 0777) < 0);
}

static void files_are_made_only_in_one_folder(void **state)
{
	struct err err;
	int status;

	(void)state;
	assert_int_equal(file_write("model.gguf", 0600, "GGUF", 4, &err), 0);
	assert_int_equal(file_write("other", 0600, "x", 1, &err), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	status = sandbox_child(inside, NULL);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		fputs("SKIPPED: this system lacks a layer of the sandbox\n", stderr);
		skip();
	}
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_made_only_in_one_folder),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
#else
int main(void)
{
	return 0;
}
#endif
