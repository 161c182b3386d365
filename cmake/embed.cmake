# cmake -DFOLDER=… -DOUT=… -P embed.cmake: the files of a folder as the table page_assets
# (src/page/page_assets.h).
file(GLOB files "${FOLDER}/*")
list(SORT files)
set(arrays "")
set(rows "")
set(n 0)
foreach(file IN LISTS files)
	get_filename_component(name "${file}" NAME)
	file(READ "${file}" hex HEX)
	string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
	string(APPEND arrays "static const char asset_${n}[] = { ${bytes} 0 };\n")
	string(APPEND rows "\t{ \"${name}\", asset_${n}, sizeof(asset_${n}) - 1 },\n")
	math(EXPR n "${n} + 1")
endforeach()
file(WRITE "${OUT}" "#include \"page/page_assets.h\"\n\n${arrays}\n"
	"const struct page_asset page_assets[] = {\n${rows}\t{ 0, 0, 0 },\n};\n")
