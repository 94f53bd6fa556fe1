/**
 * DHCPv4 on the wire: messages (RFC 2131), their options (RFC 2132, 3396, 3397, 3442, 4702) and the frames that carry them. Pure: bytes in, values out. Start at
 * {@link dev.routefix.dhcp.message.DhcpMessage}. What is wrong in a message from a server is refused by {@link dev.routefix.dhcp.message.MalformedMessage}, and no input
 * does anything else.
 */
@NullMarked
package dev.routefix.dhcp.message;

import org.jspecify.annotations.NullMarked;
