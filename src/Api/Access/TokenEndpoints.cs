using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace OrleansRegistry.Access;

/// <summary>
/// <c>GET /token/?service=…&amp;scope=type:name:actions</c>, or <c>POST /token/</c> with the same in a form: a token with
/// as much of what was asked for as the user may do. Source: Docker Registry, "Token Authentication Specification" and
/// "OAuth2 Token Authentication".
/// </summary>
internal static partial class TokenEndpoints
{
    private const int MostScopes = 64;

    public static void MapTokens(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/token", Issue).Require(new Requirement.Nothing());
        endpoints.MapPost("/token", Exchange).Require(new Requirement.Nothing());
    }

    private static async Task<IResult> Issue(
        string? service, HttpContext context, Logins logins, TokenAnswers answers, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(service))
            return Results.Json(
                new Refusal("The parameter service is missing: the host that the token is for."),
                Json.Default.Refusal, "application/json", StatusCodes.Status400BadRequest);
        var login = await logins.FindAsync(context.Request, cancellationToken)
            ?? throw Challenge.Basic(context.Response, "Wrong user name or password.");
        var answer = await answers.MakeAsync(
            context, login, service, Scopes(context.Request.Query["scope"]), cancellationToken);
        return context.Request.Query["offline_token"] == "true"
            ? await OfflineAsync(answer, login)
            : Send(answer, context);

        async Task<IResult> OfflineAsync(TokenAnswer token, Login owner) => Send(
            token with { RefreshToken = await answers.RefreshAsync(context, owner, service, cancellationToken) }, context);
    }

    private static async Task<IResult> Exchange(
        HttpContext context, Logins logins, TokenAnswers answers, CancellationToken cancellationToken)
    {
        var form = await TokenForm.ReadAsync(context.Request, cancellationToken);
        if (form?.Find("service") is not { } service)
            return Refuse("invalid_request", "The body is a form with 'grant_type', 'service' and 'scope'.");
        if (form.Find("grant_type") is not ("password" or "refresh_token"))
            return Refuse("unsupported_grant_type", "'grant_type' is 'password' or 'refresh_token'.");
        var refresh = form.Find("grant_type") == "refresh_token" ? form.Find("refresh_token") ?? "" : null;
        var login = refresh is null
            ? await logins.FindAsync(
                form.Find("username") ?? "", form.Find("password") ?? "", context, cancellationToken)
            : await answers.FindAsync(context, refresh, service, cancellationToken);
        if (login is null)
            throw Challenge.Basic(
                context.Response,
                refresh is null ? "Wrong user name or password." : "The refresh token is over; log in again.");
        if (form.Find("access_type") == "offline")
            refresh ??= await answers.RefreshAsync(context, login, service, cancellationToken);
        var answer = await answers.MakeAsync(
            context, login, service, Scopes(form.Find("scope")), cancellationToken);
        return Send(answer with { RefreshToken = refresh }, context);
    }

    private static IResult Send(TokenAnswer answer, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(answer, Json.Default.TokenAnswer, "application/json");
    }

    // RFC 6749, 5.2.
    private static IResult Refuse(string error, string description) => Results.Json(
        new OAuthRefusal(error, description), Json.Default.OAuthRefusal, "application/json",
        StatusCodes.Status400BadRequest);

    // Several parameters, or several scopes in one, with blanks between them.
    private static IEnumerable<AccessScope> Scopes(StringValues scopes) => scopes
        .SelectMany(value => (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Take(MostScopes)
        .Select(AccessScope.Parse)
        .OfType<AccessScope>();

    internal sealed record Refusal(string Details);

    internal sealed record OAuthRefusal(string Error, string ErrorDescription);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(TokenAnswer))]
    [JsonSerializable(typeof(OAuthRefusal))]
    [JsonSerializable(typeof(Refusal))]
    internal sealed partial class Json : JsonSerializerContext;
}
