/*
 * The well-known places of trusted certificates. Must not know who verifies with them. A sandboxed
 * program may read them (sandbox/sandbox_landlock.c).
 */
#include "work/certificates.h"

#include <stddef.h>
#include <unistd.h>

#include "base/array.h"

/* After Go's crypto/x509/root_linux.go. */
static const char *const certificates_files[] = {
	"/etc/ssl/certs/ca-certificates.crt", /* Debian, Ubuntu, Arch, Gentoo, Alpine */
	"/etc/pki/tls/certs/ca-bundle.crt", /* Fedora, RHEL */
	"/etc/ssl/ca-bundle.pem", /* openSUSE */
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* newer Fedora and RHEL */
	"/etc/ssl/cert.pem", /* Alpine, macOS */
};

const char *certificates_find(const char *built_in)
{
	for (size_t i = 0; !built_in && i < COUNT_OF(certificates_files); i++)
		if (access(certificates_files[i], R_OK) == 0)
			return certificates_files[i];
	return NULL;
}
