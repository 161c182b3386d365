/*
 * Which file of certificates is taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "work/certificates.h"

static void certificates_of_the_library_stay(void **state)
{
	(void)state;
	assert_null(certificates_find("/somewhere/of/its/own.pem"));
}

static void certificates_of_the_system_are_found(void **state)
{
	const char *found = certificates_find(NULL);

	(void)state;
	if (access("/etc/ssl/certs/ca-certificates.crt", R_OK) == 0)
		assert_string_equal(found, "/etc/ssl/certs/ca-certificates.crt");
	else if (found)
		assert_int_equal(access(found, R_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates_of_the_library_stay),
		cmocka_unit_test(certificates_of_the_system_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
