/*
 * The user's browser. Knows nothing of the page.
 */
#ifndef PAGE_PAGE_BROWSER_H
#define PAGE_PAGE_BROWSER_H

#include <stdbool.h>

/*
 * Asks the desktop to open an address. False if there is no desktop, or if it cannot be asked. For
 * a moment other users of this machine can see the address among the processes.
 */
bool page_browser_open(const char *address);

#endif
