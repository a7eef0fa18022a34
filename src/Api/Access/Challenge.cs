using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Access;

/// <summary>401, with how to do better in <c>WWW-Authenticate</c>.</summary>
internal static class Challenge
{
    /// <summary>By user name and password.</summary>
    public static ProblemException Basic(HttpResponse response, string message)
    {
        response.Headers.WWWAuthenticate = "Basic realm=\"api\"";
        return new(ProblemKind.Unauthorized, message);
    }

    /// <summary>By a token with these scopes. Source: RFC 6750, 3.</summary>
    /// <param name="response">Where the challenge goes.</param>
    /// <param name="root">Where the registry is.</param>
    /// <param name="service">The name of the registry in its tokens.</param>
    /// <param name="scope">Scopes separated by blanks, or null where any token will do.</param>
    /// <param name="error">What is wrong with the token that came, or null where none came.</param>
    public static ProblemException Bearer(
        HttpResponse response, string root, string service, string? scope, string? error)
    {
        var challenge = $"Bearer realm=\"{root}/token/\",service=\"{service}\"";
        if (scope is not null)
            challenge += $",scope=\"{scope}\"";
        if (error is not null)
            challenge += $",error=\"{error}\"";
        response.Headers.WWWAuthenticate = challenge;
        return new(ProblemKind.Unauthorized, error switch
        {
            "invalid_token" => "The credentials are wrong, or the token is over.",
            "insufficient_scope" => "The token does not cover this; ask for one that does.",
            _ => "Log in to do this.",
        });
    }
}
