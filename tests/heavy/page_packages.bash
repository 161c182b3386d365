# shellcheck shell=bash
# The packages that drive a browser, for page.bats and scripts/screenshots.

# page_packages CACHE: prints the folder of node_modules, which npm fills once; fails if it cannot.
page_packages() {
	local pin folder
	pin=$(dirname "${BASH_SOURCE[0]}")/page.pin
	folder=$1/page/$(sha256sum "$pin" | cut -c1-16)
	if [ ! -d "$folder" ]; then
		rm -rf "$folder.new"
		grep -v '^#' "$pin" | xargs npm install --silent --no-audit --no-fund \
			--prefix "$folder.new" || return 1
		mv "$folder.new" "$folder"
	fi >&2
	printf '%s\n' "$folder/node_modules"
}
