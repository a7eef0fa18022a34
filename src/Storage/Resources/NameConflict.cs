namespace OrleansRegistry.Storage;

/// <summary>Turns a broken unique constraint into the refusal that a caller can act on.</summary>
internal static class NameConflict
{
    public static async Task<T> RefuseAsync<T>(Func<Task<T>> change, string name)
    {
        try
        {
            return await change();
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.Unique)
        {
            throw violation.Constraint?.Contains("base_path", StringComparison.Ordinal) == true
                ? new ProblemException(ProblemKind.BasePathTaken, "This field must be unique.", name)
                : new ProblemException(ProblemKind.NameTaken, "This field must be unique.", name);
        }
    }
}
