#include "cli/keys.hpp"

#include "app/exit_code.hpp"
#include "crypto/key_ring.hpp"
#include "crypto/random.hpp"

#include <cstdio>
#include <filesystem>
#include <string_view>

namespace cloche::cli {
namespace {

int fail(const std::string& why) {
    app::complain("cloche", why);
    return app::could_not_start;
}

bool is_there(const std::string& file) {
    std::error_code failed;
    return std::filesystem::exists(file, failed);
}

}  // namespace

int create_keys(const std::string& file) {
    if (is_there(file))
        return fail(file + " is there already; its keys open what is sealed, so it is kept");
    crypto::system_random random;
    std::string why;
    if (!crypto::key_ring::load_or_create(file, random, why)) return fail(why);
    std::printf(
        "%s: made, readable for its owner alone; give every gateway a copy\n", file.c_str()
    );
    return app::success;
}

int list_keys(const std::string& file) {
    if (!is_there(file)) return fail(file + " is not there");
    crypto::system_random random;
    std::string why;
    const auto ring = crypto::key_ring::load_or_create(file, random, why);
    if (!ring) return fail(why);
    std::string_view use = "seals and opens";
    for (const std::string& id : ring->ids()) {
        std::printf("%s  %.*s\n", id.c_str(), static_cast<int>(use.size()), use.data());
        use = "opens";
    }
    return app::success;
}

}  // namespace cloche::cli
