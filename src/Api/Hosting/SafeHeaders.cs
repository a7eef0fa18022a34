using Microsoft.AspNetCore.Builder;

namespace OrleansRegistry.Hosting;

/// <summary>
/// Tells browsers to take every answer for what it says it is, and to run nothing in it: content of strangers is served
/// from here.
/// </summary>
public static class SafeHeaders
{
    public static void UseSafeHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return next(context);
    });
}
