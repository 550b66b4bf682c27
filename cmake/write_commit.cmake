# Run at each build: writes the header that says which commit is being built, only when that has changed.
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD OUTPUT_VARIABLE commit
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(commit "unknown")
endif()
execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no OUTPUT_VARIABLE changes
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(dirty 0)
if(changes)
  set(dirty 1)
endif()
file(CONFIGURE OUTPUT ${TARGET} CONTENT "#pragma once\n#define UNITCOST_COMMIT \"${commit}\"\n#define UNITCOST_DIRTY ${dirty}\n")
