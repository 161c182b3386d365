# Reads the table of variants (src/work/variant.def, or a copy of it in TABLE).

# read_variants(TABLE MACHINE RET_NAMES): the names of the machine's variants, oldest first. Sets
# RET_NAMES, and variant_NAME_options for each: the compiler's options.
function(read_variants table machine ret)
	set(names)
	set(text "\"([^\"]*)\"")
	file(STRINGS "${table}" rows REGEX "^VARIANT\\(${machine},")
	foreach(row IN LISTS rows)
		string(REGEX MATCH "${text}, ${text}, ${text}, ${text}" row "${row}")
		set(name "${CMAKE_MATCH_1}")
		set(base "${CMAKE_MATCH_2}")
		separate_arguments(options UNIX_COMMAND "${CMAKE_MATCH_4}")
		set(variant_${name}_options ${variant_${base}_options} ${options})
		set(variant_${name}_options "${variant_${name}_options}" PARENT_SCOPE)
		list(APPEND names "${name}")
	endforeach()
	set(${ret} "${names}" PARENT_SCOPE)
endfunction()
