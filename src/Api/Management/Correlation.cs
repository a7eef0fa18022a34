using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Management;

/// <summary>The id by which a client finds what its request set off. Source: pulp-cli, pulp_glue/common/openapi.py.</summary>
internal static class Correlation
{
    public const string Header = "Correlation-ID";

    /// <summary>
    /// The request's id as it came, where it is a UUID with or without dashes, else one made for it; always the same for one
    /// request.
    /// </summary>
    public static string Of(HttpContext context)
    {
        if (context.Items[Header] is string known)
            return known;
        var sent = context.Request.Headers[Header].ToString();
        var isUuid = Guid.TryParseExact(sent, "N", out _) || Guid.TryParseExact(sent, "D", out _);
        var id = isUuid ? sent : Guid.NewGuid().ToString("N");
        context.Items[Header] = id;
        return id;
    }
}
