# shellcheck shell=bash
# The packages that drive a browser, for tests and for scripts/screenshots.

# page_packages CACHE: prints the folder of node_modules, which npm fills once; fails if it cannot. npm
# checks the sums of page.pin.
# shellcheck disable=SC2016 # $ is jq's
page_packages() {
	local pin folder
	pin=$(dirname "${BASH_SOURCE[0]}")/page.pin
	folder=$1/page/$(sha256sum "$pin" | cut -c1-16)
	if [ ! -d "$folder" ]; then
		rm -rf "$folder.new"
		mkdir -p "$folder.new" || return 1
		page_lock '{private: true, dependencies: $all}' <"$pin" >"$folder.new/package.json"
		page_lock '{lockfileVersion: 3, packages: ({"": {dependencies: $all}} + $each)}' <"$pin" \
			>"$folder.new/package-lock.json"
		npm ci --silent --no-audit --no-fund --ignore-scripts --fetch-retries=1 --prefix "$folder.new" || return 1
		mv "$folder.new" "$folder"
	fi >&2
	printf '%s\n' "$folder/node_modules"
}

# page_lock FILTER <PINS: what npm reads of them, JSON; $all are their versions, $each their sums.
page_lock() {
	grep -v '^#' | jq -Rn '[inputs / " "] |
		(map({(.[0]): .[1]}) | add) as $all |
		(map({("node_modules/" + .[0]): {version: .[1], integrity: .[2]}}) | add) as $each | '"$1"
}
