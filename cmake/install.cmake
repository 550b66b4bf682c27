# cmake --install: bin/unitcost and what it starts beside it, the Python package with what it reads in share/unitcost, where
# these lie to each other as they do here, and a command unitcost-NAME in bin for each NAME.sh that starts the package.
include(GNUInstallDirs)
set(share ${CMAKE_INSTALL_DATADIR}/unitcost)

install(TARGETS unitcost unitcost_unit)
install(DIRECTORY scripts/unitcost_scripts DESTINATION ${share}/scripts USE_SOURCE_PERMISSIONS
        PATTERN __pycache__ EXCLUDE PATTERN .mypy_cache EXCLUDE)
install(FILES results/schema.json DESTINATION ${share}/results)
install(FILES docs/claims.json DESTINATION ${share}/docs)
install(DIRECTORY impl/contenders/python DESTINATION ${share}/contenders FILES_MATCHING PATTERN *.py)

file(GLOB documents CONFIGURE_DEPENDS README.md LICENSE docs/*.md)
install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DOCDIR})

# From bin to the package, so that the whole can be moved.
file(RELATIVE_PATH from_bin ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/unitcost/scripts/unitcost_scripts)
file(GLOB entry_scripts CONFIGURE_DEPENDS scripts/*.sh)
list(FILTER entry_scripts EXCLUDE REGEX "/results_index\\.sh$") # it writes into results/ of the sources
foreach(entry_script IN LISTS entry_scripts)
  file(STRINGS ${entry_script} starts_the_package REGEX "unitcost_scripts/start\\.sh")
  if(starts_the_package)
    cmake_path(GET entry_script STEM command)
    configure_file(cmake/command.sh.in installed/unitcost-${command} @ONLY)
    install(PROGRAMS ${PROJECT_BINARY_DIR}/installed/unitcost-${command} DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
