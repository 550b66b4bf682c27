# The OpenMP runtime of the compiler: libgomp for g++, libomp for clang. Debian has one LLVM's libomp at a time; where that
# is another than the compiler's it serves as well, since its interface is kept from release to release. Only the header
# must not bring the compiler headers that lie beside it: it is looked for after all others.
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-resource-dir OUTPUT_VARIABLE own_resources
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  file(GLOB other_headers /usr/lib/llvm-*/lib/clang/*/include/omp.h)
  if(NOT EXISTS ${own_resources}/include/omp.h AND other_headers)
    list(GET other_headers -1 header)
    string(REGEX MATCH "^/usr/lib/llvm-[0-9]+" other_llvm ${header})
    get_filename_component(header_folder ${header} DIRECTORY)
    set(OpenMP_CXX_FLAGS "-fopenmp=libomp -idirafter ${header_folder}")
    set(OpenMP_CXX_LIB_NAMES omp)
    set(OpenMP_omp_LIBRARY ${other_llvm}/lib/libomp.so)
  endif()
endif()
find_package(OpenMP REQUIRED COMPONENTS CXX)
