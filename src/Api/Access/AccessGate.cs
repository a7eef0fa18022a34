using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Access;

/// <summary>Lets a request through to its endpoint, or turns it away, by what the endpoint requires.</summary>
internal sealed class AccessGate(
    RequestDelegate next, Logins logins, Tokens tokens, TokenOwners owners, Permissions permissions,
    PublicAddress address)
{
    private const string InvalidToken = "invalid_token";
    private const string InsufficientScope = "insufficient_scope";

    public async Task InvokeAsync(HttpContext context)
    {
        // Another endpoint is the framework's own, which only says that there is no such method.
        if (context.GetEndpoint() is RouteEndpoint endpoint)
            await CheckAsync(
                context, endpoint.Metadata.GetMetadata<Requirement>() ?? new Requirement.OfRole(Role.Admin));
        await next(context);
    }

    private Task CheckAsync(HttpContext context, Requirement requirement) => requirement switch
    {
        Requirement.OfRole role => CheckRoleAsync(context, role.Least),
        Requirement.OfRepository repository => CheckRepositoryAsync(context, repository.Action),
        Requirement.OfLookaside => CheckLookasideAsync(context),
        Requirement.OfRegistry => IdentifyAsync(context, null),
        Requirement.OfCatalog => CheckCatalogAsync(context),
        Requirement.Nothing => Task.CompletedTask,
        _ => throw new InvalidOperationException($"Nobody checks {requirement}."),
    };

    private async Task CheckRoleAsync(HttpContext context, Role least)
    {
        var login = await logins.FindAsync(context.Request, context.RequestAborted)
            ?? throw Challenge.Basic(context.Response, "Invalid username/password.");
        var caller = login.Caller;
        if (caller.User is null)
            throw Challenge.Basic(context.Response, "Authentication credentials were not provided.");
        if (caller.Role < least)
            throw new ProblemException(
                ProblemKind.Denied, "You do not have permission to perform this action.", caller.Name);
        context.Identity = new(caller);
    }

    private async Task CheckRepositoryAsync(HttpContext context, RepositoryAction action)
    {
        // A name that breaks the grammar is for the endpoint to refuse: there is nothing that it could give away.
        var folded = (string)context.Request.RouteValues["name"]!;
        if (!RepositoryName.TryParse(folded.Replace(':', '/'), out var name))
            return;
        var scope = ScopeOf(context.Request, name, action);
        var identity = await ReadAsync(context, scope);
        if (!await permissions.AllowAsync(identity, name, action, context.RequestAborted))
            throw Refused(context, identity, scope);
        context.Identity = identity;
    }

    // The clients of lookaside send no credentials to it: what is private is not found there.
    private async Task CheckLookasideAsync(HttpContext context)
    {
        var path = (string?)context.Request.RouteValues["path"] ?? "";
        if (!RepositoryName.TryParse(path.Split('@', 2)[0], out var name))
            return;
        var identity = await ReadAsync(context, AccessScope.For(name.ToString(), RepositoryAction.Pull));
        if (!await permissions.AllowAsync(identity, name, RepositoryAction.Pull, context.RequestAborted))
            throw new ProblemException(
                ProblemKind.NameUnknown, "This registry has no public repository of that name.", name.ToString());
    }

    private async Task CheckCatalogAsync(HttpContext context)
    {
        var scope = AccessScope.Catalog.ToString();
        var identity = await IdentifyAsync(context, scope);
        if (identity.Token is { } token && !token.Any(one => one.Is(AccessScope.Catalog)))
            throw Refused(context, identity, scope);
    }

    // Registry clients ask without credentials first, to be told where to get them.
    private async Task<Identity> IdentifyAsync(HttpContext context, string? scope)
    {
        var identity = await ReadAsync(context, scope);
        if (identity is { Token: null, Caller.User: null })
            throw Refused(context, identity, scope);
        return context.Identity = identity;
    }

    private async Task<Identity> ReadAsync(HttpContext context, string? scope)
    {
        var request = context.Request;
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return await logins.FindAsync(request, context.RequestAborted) is { } login
                ? new(login.Caller)
                : throw Bearer(context, scope, InvalidToken);
        var isRecent = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var token = await tokens.ReadAsync(
            header.Parameter ?? "", address.RootOf(request), address.HostOf(request), context.RequestAborted);
        return token is not null && await owners.FindAsync(token.Owner, isRecent, context.RequestAborted) is { } owner
            ? new(owner, token.Access, isRecent)
            : throw Bearer(context, scope, InvalidToken);
    }

    private ProblemException Refused(HttpContext context, Identity identity, string? scope) =>
        identity.Token is not null ? Bearer(context, scope, InsufficientScope)
        : identity.Caller.User is null ? Bearer(context, scope, null)
        : new(
            ProblemKind.Denied,
            "You may not do that to this repository, or it does not exist.",
            identity.Caller.Name);

    private ProblemException Bearer(HttpContext context, string? scope, string? error) => Challenge.Bearer(
        context.Response, address.RootOf(context.Request), address.HostOf(context.Request), scope, error);

    private static string ScopeOf(HttpRequest request, RepositoryName name, RepositoryAction action)
    {
        var scope = AccessScope.For(name.ToString(), action);
        return request.Query.ContainsKey("mount") && RepositoryName.TryParse(request.Query["from"], out var from)
            ? $"{scope} {AccessScope.For(from.ToString(), RepositoryAction.Pull)}"
            : scope;
    }
}
