using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansRegistry.Access;

/// <summary>
/// Refuses what a page of another site sends from somebody's browser: changes, to which the browser adds the password
/// that it remembers; and, where nobody is asked for one, everything that comes by a foreign name, which such a page may
/// have pointed to this machine. Registry clients send no <c>Origin</c>.
/// </summary>
internal static class ForeignSites
{
    public static void RefuseForeignSites(this IApplicationBuilder app, bool isPasswordRequired)
    {
        var address = app.ApplicationServices.GetRequiredService<PublicAddress>();
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (!isPasswordRequired && !IsLoopback(request.Host) && request.Host.Value != address.Configured?.Authority)
                throw new ProblemException(
                    ProblemKind.Denied,
                    "Without passwords this registry answers by the names of its own machine only, such as localhost; if it "
                    + "is to be reached by another one, set Listen:PublicUrl.",
                    request.Host.Value);
            var origin = request.Headers.Origin.ToString();
            return origin.Length == 0 || IsRead(request) || IsOwn(origin, request, address)
                ? next(context)
                : throw new ProblemException(
                    ProblemKind.Denied, "Pages of other sites may not change anything here.", origin);
        });
    }

    private static bool IsRead(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    // Where no address is configured, a proxy may have taken TLS off: then only the host is known.
    private static bool IsOwn(string origin, HttpRequest request, PublicAddress address) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var site)
        && (origin == address.RootOf(request) || (address.Configured is null && site.Authority == request.Host.Value));

    private static bool IsLoopback(HostString host) =>
        host.Host is "" or "localhost" || host.Host.EndsWith(".localhost", StringComparison.Ordinal)
        || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
