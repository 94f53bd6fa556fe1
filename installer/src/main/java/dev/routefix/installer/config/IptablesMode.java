package dev.routefix.installer.config;

/** Which of the kernel's two packet filters the rules go to. */
public enum IptablesMode implements Choice {
    AUTO("auto"),
    NFT("nft"),
    LEGACY("legacy");

    private final String text;

    IptablesMode(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
