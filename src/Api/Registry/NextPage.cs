using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Registry;

/// <summary>The <c>Link</c> header that leads to the next page. Source: RFC 8288; OCI distribution-spec, "Listing Tags".</summary>
internal static class NextPage
{
    public static void Link(HttpResponse response, string path, params (string Name, string Value)[] query) =>
        response.Headers.Link =
            $"<{path}?{string.Join('&', query.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"))}>; rel=\"next\"";
}
