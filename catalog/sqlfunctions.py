"""Which functions a query may call: those that compute from their arguments, and nothing else."""

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

# A database may run a function as soon as it plans a query, and a person runs the query that is
# shown. So what is not known to compute only is refused: functions of the database's owner, too.
_WORDS: Final = (
    # time
    "addtime age date date_part date_trunc datepart datename datetime day dayofyear eomonth"
    " from_days from_unixtime getdate hour isfinite julianday justify_days justify_hours"
    " justify_interval last_day localtime localtimestamp make_date make_interval make_time"
    " make_timestamp maketime microsecond minute month now period_add period_diff quarter"
    " sec_to_time second str_to_date strftime subtime sysdate time time_to_sec timediff"
    " timeofday timestamp to_days to_seconds to_timestamp unix_timestamp unixepoch utc_date"
    " utc_time utc_timestamp weekofyear year yearweek"
    # text
    " ascii bit_length btrim char_length character_length charindex concat concat_ws format"
    " hex initcap insert instr left length locate lpad ltrim mid nullif octet_length overlay"
    " patindex position printf quote quote_literal regexp_count regexp_instr regexp_like"
    " regexp_match regexp_matches regexp_replace regexp_substr repeat replace reverse right"
    " rpad rtrim soundex space split_part starts_with str strcmp string_to_array strpos"
    " stuff substr substring substring_index to_char to_hex translate trim unaccent unicode"
    " upper lower word_similarity similarity"
    # numbers
    " abs acos asin atan atan2 ceil ceiling cos cot degrees div exp floor gcd greatest lcm"
    " least ln log log10 log2 max min mod pi pow power radians rand random round sign sin"
    " sqrt square tan to_number trunc truncate width_bucket"
    # values, documents, lists
    " array_length array_position array_to_string cardinality coalesce cast convert iif"
    " ifnull isnull json json_array json_array_length json_contains json_extract json_keys"
    " json_length json_object json_type json_unquote json_valid json_value jsonb_array_length"
    " jsonb_array_elements json_array_elements jsonb_array_elements_text"
    " json_array_elements_text jsonb_each jsonb_extract_path jsonb_extract_path_text"
    " json_extract_path json_extract_path_text jsonb_build_object json_build_object"
    " jsonb_object_keys jsonb_typeof nvl nvl2 pg_typeof to_json to_jsonb try_cast typeof"
    " unnest"
)
_AGGREGATE_WORDS: Final = (
    "any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop"
    " covar_samp every group_concat json_agg json_arrayagg json_group_array json_group_object"
    " json_object_agg json_objectagg jsonb_agg jsonb_object_agg mode percentile_cont"
    " percentile_disc regr_slope std stddev stddev_pop stddev_samp string_agg sum total"
    " var_pop var_samp variance"
)
_OTHER_CLASSES: Final = (
    "NextValueFor ReadCSV ReadParquet ToFile MLForecast MLTranslate AIAgg AIClassify AIEmbed"
    " AIForecast AIGenerate AISimilarity AISummarizeAgg GenerateBool GenerateDouble"
    " GenerateEmbedding GenerateInt GenerateTable GenerateText"
)
_AGGREGATES: Final = frozenset(_AGGREGATE_WORDS.split())
_COMPUTING: Final = frozenset(_WORDS.split()) | _AGGREGATES
_OTHERS: Final = frozenset(_OTHER_CLASSES.split())


def unknown(query: exp.Expr) -> Iterator[str]:
    """Yield the functions that may do more than compute, each as it is written."""
    for call in query.find_all(exp.Func):
        if isinstance(call.parent, exp.Dot):
            yield call.parent.sql()  # of a schema: somebody made it
        elif isinstance(call, exp.Anonymous):
            if call.name.lower() not in _COMPUTING:
                yield call.name
        elif type(call).__name__ in _OTHERS:
            yield call.sql_name()


def aggregates(call: exp.Expr) -> bool:
    """Tell whether a call makes one value of many rows."""
    if isinstance(call, exp.Anonymous):
        return call.name.lower() in _AGGREGATES
    return isinstance(call, exp.AggFunc)
