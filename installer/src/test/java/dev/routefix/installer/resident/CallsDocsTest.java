package dev.routefix.installer.resident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.docs.DocsPage;
import org.junit.jupiter.api.Test;

class CallsDocsTest {

    @Test
    void the_docs_name_the_largest_request() {
        assertThat(new DocsPage("relay.md").text()).contains("a request of more than " + (Calls.LIMIT >> 20) + " MiB");
    }
}
