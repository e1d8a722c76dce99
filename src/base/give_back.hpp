// Empties a string or a container and gives its memory back: `text = std::string()` keeps it.
#pragma once

namespace cloche {

template <class Container>
void give_back(Container& used) noexcept {
    Container().swap(used);
}

}  // namespace cloche
