/// Data protection: finding and masking sensitive data in log events. Pure.
@NullMarked
package io.pharos.logs.protection;

import org.jspecify.annotations.NullMarked;
