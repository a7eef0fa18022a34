using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Access;

/// <summary>
/// <c>GET /token/?service=…&amp;scope=type:name:actions</c>: a token with as much of what was asked for as the user may
/// do. Source: Docker Registry, "Token Authentication Specification".
/// </summary>
internal static partial class TokenEndpoints
{
    private const int MostScopes = 64;

    public static void MapTokens(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/token", Issue).Require(new Requirement.Nothing());

    private static async Task<IResult> Issue(
        string? service, HttpContext context, Logins logins, Permissions permissions, Tokens tokens,
        PublicAddress address, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(service))
            return Results.Json(
                new Refusal("The parameter service is missing: the host that the token is for."),
                Json.Default.Refusal, "application/json", StatusCodes.Status400BadRequest);
        var login = await logins.FindAsync(context.Request, cancellationToken)
            ?? throw Challenge.Basic(context.Response, "Wrong user name or password.");
        var caller = login.Caller;
        var access = new List<AccessScope>();
        foreach (var scope in Scopes(context.Request))
            if (await GrantAsync(caller, scope, permissions, cancellationToken) is { } granted)
                access.Add(granted);

        var root = address.RootOf(context.Request);
        var token = await tokens.IssueAsync(root, service, login.Owner, access, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new Answer(token.Text, token.Text, (int)token.Lifetime.TotalSeconds, token.IssuedAt),
            Json.Default.Answer, "application/json");
    }

    // Several parameters, or several scopes in one, with blanks between them.
    private static IEnumerable<AccessScope> Scopes(HttpRequest request) => request.Query["scope"]
        .SelectMany(value => (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Take(MostScopes)
        .Select(AccessScope.Parse)
        .OfType<AccessScope>();

    private static async Task<AccessScope?> GrantAsync(
        Caller caller, AccessScope wanted, Permissions permissions, CancellationToken cancellationToken)
    {
        if (wanted.Is(AccessScope.Catalog))
            return AccessScope.Catalog;
        if (wanted.Type != AccessScope.RepositoryType || !RepositoryName.TryParse(wanted.Name, out var name))
            return null;
        var granted = new List<string>();
        foreach (var action in RepositoryActions.Parse(string.Join(',', wanted.Actions)))
            if (await permissions.AllowAsync(caller, name, action, cancellationToken))
                granted.Add(action.Name);
        return granted.Count == 0 ? null : wanted with { Actions = granted };
    }

    internal sealed record Answer(string Token, string AccessToken, int ExpiresIn, DateTimeOffset IssuedAt);

    internal sealed record Refusal(string Details);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(Answer))]
    [JsonSerializable(typeof(Refusal))]
    internal sealed partial class Json : JsonSerializerContext;
}
