// A path in normal form means the same to a server that decodes it, decodes it twice, or removes
// dot segments; and a path folds to what it is a spelling of.
#include "base/encoding.hpp"
#include "fuzz.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <array>
#include <string>

using namespace cloche;
using namespace cloche::http;

namespace {

void check_normal_form(std::string_view path) {
    const auto decoded = percent_decode(path);
    CLOCHE_REQUIRE(decoded);
    CLOCHE_REQUIRE(decoded->front() == '/');
    CLOCHE_REQUIRE(
        decoded->find('\\') == std::string::npos && decoded->find('\0') == std::string::npos
    );
    CLOCHE_REQUIRE(!fuzz::has_control_byte(*decoded));
    CLOCHE_REQUIRE(decoded->find("//") == std::string::npos);
    for (std::size_t at = 0; at != std::string::npos; at = decoded->find('/', at + 1)) {
        const std::string segment = decoded->substr(at + 1, decoded->find('/', at + 1) - at - 1);
        const std::string name = segment.substr(0, segment.find(';'));
        CLOCHE_REQUIRE(name != "." && name != "..");
    }
    // No slash came out of an escape.
    CLOCHE_REQUIRE(
        std::count(path.begin(), path.end(), '/') ==
        std::count(decoded->begin(), decoded->end(), '/')
    );
    const auto twice = percent_decode(*decoded);
    CLOCHE_REQUIRE(!twice || *twice == *decoded);

    const std::array folded = {fold_path(path)};
    CLOCHE_REQUIRE(is_spelling_of_any(path, folded));
    CLOCHE_REQUIRE(is_spelling_of_any(std::string(path) + "/", folded) || path.back() == '/');
    CLOCHE_REQUIRE(is_spelling_of_any(std::string(path) + ";x", folded));
    const std::array longer = {folded.front() + "x"};
    CLOCHE_REQUIRE(!is_spelling_of_any(path, longer));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto target = split_target(text)) {
        CLOCHE_REQUIRE(target->authority.empty() || is_authority(target->authority));
        CLOCHE_REQUIRE(
            target->authority.empty() ==
            (target->form == target_form::origin || target->form == target_form::asterisk)
        );
        const bool has_path =
            target->form == target_form::origin || target->form == target_form::absolute;
        CLOCHE_REQUIRE(target->path.starts_with('/') == has_path);
        CLOCHE_REQUIRE(target->path.find('?') == std::string_view::npos);
        std::string joined(target->path);
        if (target->has_query) joined.append(1, '?').append(target->query);
        CLOCHE_REQUIRE(!has_path || joined == target->path_and_query);
        CLOCHE_REQUIRE(!has_path || target->path == "/" || text.ends_with(target->path_and_query));
    }
    if (check_path(text) == path_fault::none) check_normal_form(text);
    return 0;
}
