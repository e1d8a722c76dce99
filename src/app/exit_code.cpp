#include "app/exit_code.hpp"

#include "observability/log.hpp"

#include <boost/system/system_error.hpp>

#include <cstdio>
#include <exception>
#include <system_error>

namespace cloche::app {
namespace {

/// The log's last lines come before the complaint.
int give_up(std::string_view program, std::string_view why, exit_code code) noexcept {
    observability::stop_log();
    complain(program, why);
    return code;
}

}  // namespace

void complain(std::string_view program, std::string_view why) noexcept {
    const auto length = [](std::string_view text) { return static_cast<int>(text.size()); };
    std::fprintf(stderr, "%.*s: %.*s\n", length(program), program.data(), length(why), why.data());
}

void complain(const config::problems& found) {
    std::fputs(config::render(found).c_str(), stderr);
}

int run_to_exit_code(std::string_view program, const std::function<int()>& work) noexcept {
    try {
        return work();
    } catch (const boost::system::system_error& failure) {
        return give_up(program, failure.what(), could_not_start);
    } catch (const std::system_error& failure) {
        return give_up(program, failure.what(), could_not_start);
    } catch (const std::exception& failure) {
        return give_up(program, failure.what(), internal_fault);
    } catch (...) {
        return give_up(program, "something was thrown that is no exception", internal_fault);
    }
}

}  // namespace cloche::app
