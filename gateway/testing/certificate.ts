/**
 * A certificate for `gateway.test`, signed by itself, good from 2020 to 2120, with its key. For tests on loopback: it is public, so it
 * protects nothing.
 */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBazCCARCgAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxnYXRld2F5
LnRlc3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcxFTATBgNV
BAMMDGdhdGV3YXkudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNMPin8o
o8bb3X5CHjbSqUGOp8bY5Mm1qi6RXmS5xd3tmr+wLTNaYz40+CiIQ1TPjj/V4PTC
UTHOXiFzWGa744WjSzBJMA8GA1UdEwEB/wQFMAMBAf8wFwYDVR0RBBAwDoIMZ2F0
ZXdheS50ZXN0MB0GA1UdDgQWBBQ7gvHcwX2fUa7DZTf5d7uWcWPzazAKBggqhkjO
PQQDAgNJADBGAiEAvQbF5NdHectttN+pNuBCNyv3OPfyy6T7iK0S+Kk5TEACIQDn
keyr3OvyluSLtjmwbkflJN8zEpsVOAJsUHswFLwSYA==
-----END CERTIFICATE-----
`;

/** The key of `certificate`. */
export const certificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCbD+ETQjlyJ4GYfo
a7z8Wc0n+P5G2epz8XlhAmWm+A6hRANCAATTD4p/KKPG291+Qh420qlBjqfG2OTJ
taoukV5kucXd7Zq/sC0zWmM+NPgoiENUz44/1eD0wlExzl4hc1hmu+OF
-----END PRIVATE KEY-----
`;
