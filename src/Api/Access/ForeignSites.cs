using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Access;

/// <summary>
/// Refuses changes that a page of another site sends from somebody's browser, which adds the password that it
/// remembers, or reaches a registry on loopback that asks for none. Registry clients send no <c>Origin</c>.
/// </summary>
internal static class ForeignSites
{
    public static void RefuseForeignSites(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var request = context.Request;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || (Uri.TryCreate(origin, UriKind.Absolute, out var site)
                && (site.Authority == request.Host.Value || site.Authority == PublicHost(context)))
                ? next(context)
                : throw new ProblemException(
                    ProblemKind.Denied, "Pages of other sites may not change anything here.", origin);
    });

    private static string PublicHost(HttpContext context) =>
        ((PublicAddress)context.RequestServices.GetService(typeof(PublicAddress))!).HostOf(context.Request);
}
