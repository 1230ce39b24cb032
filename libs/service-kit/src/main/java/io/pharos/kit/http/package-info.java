/// The door of every service: AWS's API, internal routes, and the calls that services make to each
/// other.
@NullMarked
package io.pharos.kit.http;

import org.jspecify.annotations.NullMarked;
