namespace OrleansRegistry.Management;

/// <summary>The two ways to update: a part of the fields, or all of them.</summary>
internal static class UpdateOperations
{
    public static IEnumerable<(string Action, string Method, Body Body)> Of(Body body) =>
        [("partial_update", "PATCH", body with { IsPartial = true }), ("update", "PUT", body)];
}
