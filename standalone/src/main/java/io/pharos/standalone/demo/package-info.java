/// The story of the README, played with real SDK calls.
@NullMarked
package io.pharos.standalone.demo;

import org.jspecify.annotations.NullMarked;
