using Microsoft.AspNetCore.Builder;

namespace OrleansRegistry.Access;

/// <summary>What an endpoint takes of its caller. One that says nothing takes an administrator.</summary>
internal abstract record Requirement
{
    /// <summary>Open to everybody, whatever credentials they bring.</summary>
    public sealed record Nothing : Requirement;

    /// <summary>A user with that role at least.</summary>
    public sealed record OfRole(Role Least) : Requirement;

    /// <summary>The right to do that to the repository that the route's <c>name</c> tells.</summary>
    public sealed record OfRepository(RepositoryAction Action) : Requirement;

    /// <summary>The same for a signature's path of lookaside, whose clients cannot log in.</summary>
    public sealed record OfLookaside : Requirement;

    /// <summary>Any login, or a token: how registry clients find out whether they are welcome.</summary>
    public sealed record OfRegistry : Requirement;

    /// <summary>The right to list names; which ones is for the list to decide.</summary>
    public sealed record OfCatalog : Requirement;
}

internal static class Requirements
{
    public static TBuilder Require<TBuilder>(this TBuilder endpoint, Requirement requirement)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(requirement);

    public static TBuilder RequirePull<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.Require(new Requirement.OfRepository(RepositoryAction.Pull));

    public static TBuilder RequirePush<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.Require(new Requirement.OfRepository(RepositoryAction.Push));

    public static TBuilder RequireDelete<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.Require(new Requirement.OfRepository(RepositoryAction.Delete));
}
