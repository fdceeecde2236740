//! The Rust side of version 1 of the WIT package.

wasmtime::component::bindgen!({
    path: "../orgkit-plugin-api/wit/orgkit-policy-1",
    inline: "
        package orgkit:host;
        world plugin {
            include orgkit:policy/check-rule@1.0.0;
            include orgkit:policy/log-rule@1.0.0;
            include orgkit:policy/hardening-step@1.0.0;
            include orgkit:policy/enrollment-rule@1.0.0;
        }
    ",
    world: "orgkit:host/plugin",
    imports: { default: trappable },
});
