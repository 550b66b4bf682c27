# Makes impl/all.hpp of impl/all.hpp.in and impl/models.txt, whenever one of them changed.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS impl/models.txt)
file(STRINGS impl/models.txt models REGEX "^[a-z]")

list(TRANSFORM models REPLACE "(.+)" "#include \"impl/\\1/\\1.hpp\"" OUTPUT_VARIABLE model_includes)
list(JOIN model_includes "\n" model_includes)
list(TRANSFORM models PREPEND "models::" OUTPUT_VARIABLE model_classes)
list(JOIN model_classes ", " model_classes)
configure_file(impl/all.hpp.in ${PROJECT_BINARY_DIR}/generated/impl/all.hpp @ONLY)

target_include_directories(unitcost_impl PUBLIC ${PROJECT_BINARY_DIR}/generated)
